"""Where providers call us."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.payments.actions import receive_event
from portal.payments.errors import Forged, ProviderNotOffered


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep an event and answer at once. 404 where the provider is not set up, 400 for a bad signature."""
    try:
        receive_event(provider, body=request.body, headers=request.headers)
    except ProviderNotOffered as exc:
        raise Http404 from exc
    except Forged as forged:
        return HttpResponseBadRequest(f"{forged.reason}\n", content_type="text/plain")
    return HttpResponse(status=204)
