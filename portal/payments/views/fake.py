"""The test provider's own pages: where its payer pays, and where its moods and events are driven. Development only."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.rules import is_lot_staff
from portal.core.errors import RuleViolation
from portal.payments.actions import receive_event
from portal.payments.models import FakeObject, Payment
from portal.payments.providers.fake import remote


@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest, ref: str) -> HttpResponse:
    """Pay, have the bank decline, or walk away; the secret reference is all that a payer has, as at a real provider."""
    _only_here()
    session = get_object_or_404(FakeObject, kind="session", ref=ref)
    payment = get_object_or_404(Payment.objects.select_related("schedule"), uuid=session.payment_uuid)
    if request.method == "POST":
        what = request.POST.get("what")
        try:
            if what == "pay":
                remote.pay(session, method=request.POST.get("method", "card")[:20])
            elif what == "decline":
                remote.decline(session)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        if request.POST.get("quiet") != "on":
            deliver_all(session)
        return redirect("pay:returned", payment.uuid)
    return render(request, "payments/fake_checkout.html", {"session": session, "payment": payment})


def deliver_all(session: FakeObject) -> None:
    """Deliver what is waiting for one payment, as a provider that is well would."""
    for event in FakeObject.objects.filter(kind="event", payment_uuid=session.payment_uuid, state="waiting").order_by(
        "pk"
    ):
        deliver(event)


def deliver(event: FakeObject) -> None:
    """Send one event to our own door, signed."""
    body, headers = remote.signed(event)
    receive_event("fake", body=body, headers=headers)
    FakeObject.objects.filter(pk=event.pk).update(state="delivered")


@require_http_methods(["GET", "POST"])
def drive(request: HttpRequest) -> HttpResponse:
    """Moods, sessions and events of the test provider, for the lot's staff."""
    _only_here()
    if not is_lot_staff(request.user):
        raise Http404
    if request.method == "POST":
        try:
            _drive(request)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        return redirect("fake_drive")
    context = {
        "mood": remote.mood(), "moods": remote.MOODS,
        "sessions": FakeObject.objects.filter(kind="session")[:20], "events": FakeObject.objects.filter(kind="event")[:30],
        "disputes": FakeObject.objects.filter(kind="dispute")[:10],
    }  # fmt: skip
    return render(request, "payments/fake_drive.html", context)


def _drive(request: HttpRequest) -> None:
    what, pk = request.POST.get("what", ""), request.POST.get("pk", "")
    if what == "mood" and request.POST.get("mood") in remote.MOODS:
        remote.set_mood(str(request.POST["mood"]))
        return
    thing = get_object_or_404(FakeObject, pk=int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 12 else 0)
    if what == "deliver":
        deliver(thing)
    elif what == "lose":
        FakeObject.objects.filter(pk=thing.pk).update(state="lost")
    elif what == "dispute":
        remote.dispute(thing)
    elif what in {"won", "lost"} and thing.kind == "dispute":
        session = FakeObject.objects.get(kind="session", payment_uuid=thing.payment_uuid)
        FakeObject.objects.filter(pk=thing.pk).update(state=what)
        remote.event("charge.dispute.closed", session)
    elif what == "expire":
        remote.expire(thing)
    messages.success(request, _("Done."))


def _only_here() -> None:
    if not settings.PAYMENTS_FAKE:
        raise Http404
