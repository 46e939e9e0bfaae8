"""One's notices, and the outbox of a machine that sends no mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import actions
from .models import Notice, SentMail

if TYPE_CHECKING:
    from portal.accounts.http import MemberRequest

NOTICES_A_PAGE = 30
MAILS_A_PAGE = 50
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@login_required
@require_GET
def notices(request: MemberRequest) -> HttpResponse:
    """List one's own notices, newest first."""
    mine = Notice.objects.filter(recipient=request.user)
    page = Paginator(mine, NOTICES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/notices.html", {"page": page, "unread": any(not one.read_at for one in page)})


@login_required
@require_POST
def open_notice(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark one's notice as read and go to what it is about."""
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user)
    actions.mark_read(person=request.user, ids=[notice.pk])
    if notice.path.startswith("/") and not notice.path.startswith("//"):
        return redirect(f"/{translation.get_language()}{notice.path}")
    return redirect("notifications:notices")


@login_required
@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    actions.mark_read(person=request.user)
    return redirect("notifications:notices")


@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Show stored mail, newest first; 404 where the machine sends real mail."""
    if not settings.OUTBOX_PAGE:
        raise Http404
    wanted = request.GET.get("to", "").strip()
    mails = SentMail.objects.filter(recipients__icontains=wanted) if wanted else SentMail.objects.all()
    page = Paginator(mails, MAILS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/outbox.html", {"page": page, "wanted": wanted})


@never_cache
@require_GET
def outbox_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a stored mail's HTML as a mail program would: without scripts, in a sandbox."""
    if not settings.OUTBOX_PAGE:
        raise Http404
    mail = get_object_or_404(SentMail.objects.exclude(html=""), pk=pk)
    response = HttpResponse(mail.html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def unread_badge(request: HttpRequest, subject: object) -> str:
    """Return the header's link to one's notices, with how many are unread; one query."""
    unread = Notice.objects.filter(recipient_id=request.user.pk, read_at=None).count()
    return render_to_string("notifications/badge.html", {"unread": unread, "label": _("Notices")})
