"""WSGI entry point, for gunicorn and any other server."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request; the answer to HEAD has no body.

    Django leaves that to the server and gunicorn to the application: on a kept connection the body would be read as
    the next answer. The headers stay those of GET.
    """
    answer: Any = django_application(environ, start_response)
    if environ["REQUEST_METHOD"] != "HEAD":
        return answer
    answer.close()
    return []
