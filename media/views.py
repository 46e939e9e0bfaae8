"""Files over HTTP: public renditions, private originals, credits."""

from __future__ import annotations

import os.path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.models import document_served

from portal.accounts.http import MemberRequest

from . import queries, rules
from .models import PUBLIC_FOLDER, PortalDocument, PortalImage

TYPES = {".webp": "image/webp", ".jpg": "image/jpeg", ".avif": "image/avif", ".png": "image/png"}
SANDBOX = "sandbox; default-src 'none'"
FOR_EVER = "public, max-age=31536000, immutable"
PER_PAGE = 48


@require_safe
def file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a public rendition; its name is made from its content's own id, so it never changes."""
    kind = TYPES.get(os.path.splitext(path)[1])
    if kind is None or not path.startswith(f"{PUBLIC_FOLDER}/") or ".." in path.split("/"):
        raise Http404
    try:
        opened = default_storage.open(path, "rb")
    except (OSError, SuspiciousFileOperation, ValueError) as exc:
        raise Http404 from exc
    response = FileResponse(opened, content_type=kind)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return response


@require_safe
def original(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Hand the cleaned original to the lot's people; to everyone else there is none."""
    if not rules.may_fetch_original(request.user):
        raise Http404
    image = get_object_or_404(PortalImage, pk=pk)
    return private_file(image.file.storage.open(image.file.name, "rb"), os.path.basename(image.file.name))


@require_safe
def document(request: MemberRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Hand a document to whoever may have it, where Wagtail would open it in place. 404 for everyone else."""
    paper = get_object_or_404(PortalDocument, pk=document_id)
    if paper.filename != document_filename or not rules.may_fetch_document(request.user, paper):
        raise Http404
    for check in hooks.get_hooks("before_serve_document"):
        refusal = check(paper, request)
        if isinstance(refusal, HttpResponse):
            return refusal
    document_served.send(sender=PortalDocument, instance=paper, request=request)
    return private_file(paper.file.storage.open(str(paper.file.name), "rb"), paper.filename)


def private_file(opened: object, name: str) -> FileResponse:
    """Answer with a file that no browser opens in place, runs or keeps."""
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/octet-stream")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@require_safe
def credits_page(request: HttpRequest) -> HttpResponse:
    """List where every picture comes from and on what terms it is shown."""
    page = Paginator(queries.credited_pictures(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "media/credits.html", {"page_obj": page})
