"""Every URL is classed. Strangers and visitors get 404, 403 or the sign-in page from what is not public."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from bookings.models import Booking
from portal.accounts.models import ApiToken, Membership
from portal.payments.models import Schedule
from tests.bookings.conftest import days, firm
from tests.factories.studios import make_resource

PUBLIC = {
    "root", "healthz", "admin_sign_in", "frontend_sign_in", "readyz", "calendar_file", "stripe_webhook", "fake_webhook", "fake_checkout", "api_docs", "set_language",
    "studios:list", "studios:detail", "bookings:pick", "locations:list", "locations:detail", "locations:section", "locations:share_picture", "locations:stop_search",
    "wagtail_serve", "portal-api:openapi-json", "portal-api:api-root", "notifications:outbox", "notifications:outbox_html", "pictures:credits",
}  # fmt: skip
EVENTS_PUBLIC = {
    f"events:{name}"
    for name in (
        "current", "mine", "my_calendar", "session", "toggle", "session_calendar", "edition", "films", "film", "edition_calendar",
        "door_worker", "registration", "registration_calendar", "change_registration", "cancel_registration", "accept_offer",  # by a secret link: tests/events/test_strangers.py
    )
}  # fmt: skip
EVENTS_STAFF = {
    f"events:{name}"
    for name in (
        "desk", "board", "new_session", "copy_edition", "edit_session", "move_session", "announce_session", "call_off_session",
        "delete_session", "visitors", "export", "doors", "door", "sync", "door_picture", "settle",
        "stage_days", "answer_stage_day",
    )
}  # fmt: skip
DIRECTORY_PUBLIC = {f"directory:{name}" for name in ("list", "detail", "ask", "asked", "still_true", "confirm")}
DIRECTORY_OWN = {
    f"directory:{name}" for name in ("own", "preview", "submit", "remove_paper", "paper_file", "remove_picture", "step")
}  # an entry of somebody else is 404: tests/directory/test_strangers.py
DIRECTORY_STAFF = {
    f"directory:{name}"
    for name in ("imports", "import", "review", "take", "check", "verify", "return", "resume", "contact")
}
PUBLIC_PREFIXES = (
    "pages:",
    "media:credits",
    "media:file",
    "account_",
    "mfa_",
    "wagtailcore_",
    "sitemap",
    "robots",
    "favicon",
)
STAFF_PREFIXES = (
    "wagtail",
    "booking_records:",
    "closures:",
    "payments:",
    "audit:",
    "companies:",
    "wagtaildocs",
    "locations_",
    "vendor_records:",
    "media:original",
    "ui_gallery",
    "simple_translation",
    "django-admin",
)
OWN = {
    "accounts:home", "accounts:profile", "accounts:create_organisation", "accounts:edit_organisation", "accounts:switch_organisation",
    "accounts:invite", "accounts:change_member", "accounts:accept_invitation", "accounts:create_token", "accounts:revoke_token",
    "bookings:list", "events:keep", "pages:open_draft", "notifications:notices", "notifications:open", "notifications:read_all",
    "directory:own_list", "directory:register", "locations:searches", "locations:save_search", "locations:change_search",
}  # fmt: skip
OF_A_BOOKING = {
    f"bookings:{name}"
    for name in ("detail", "accept", "hold", "confirm", "release", "cancel", "quote", "decline", "extend", "deposit")
}
TRIED_ELSEWHERE = ("pay:", "fake_drive")  # every one of them by strangers in tests/payments/test_pages.py
API = {"portal-api"}


def patterns(resolver=None, namespace="", path=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner, path + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield (f"{namespace}{entry.name}" if entry.name else ""), path + str(entry.pattern)


def classed(name, path):
    if path.startswith("admin/"):
        return "admin"
    if name.startswith("portal-api:") or path.startswith("api/"):
        return "api"
    if name in OWN | OF_A_BOOKING | DIRECTORY_OWN or name.startswith(TRIED_ELSEWHERE):
        return "own"
    if name in PUBLIC | EVENTS_PUBLIC | DIRECTORY_PUBLIC or name.startswith(PUBLIC_PREFIXES):
        return "public"
    if name in EVENTS_STAFF | DIRECTORY_STAFF or name.startswith(STAFF_PREFIXES) or path.startswith("documents/"):
        return "staff"
    if path.startswith(("accounts/", "_allauth")):
        return "public"
    return None


def test_every_pattern_is_classed():
    found = [(name, path, classed(name, path)) for name, path in patterns()]
    unknown = [(name, path) for name, path, kind in found if kind is None]
    assert not unknown, f"class these in {__file__}: {unknown}"
    assert len(found) > 100


@pytest.fixture
def booking(db, lin):
    return firm(lin, make_resource(), days())


def of_booking_urls(booking):
    schedule = Schedule.objects.filter(subject_id=booking.pk).first()
    for name in sorted(OF_A_BOOKING):
        args = [booking.reference] + ([schedule.pk] if name.endswith("deposit") else [])
        yield name, reverse(name, args=args)


@pytest.mark.parametrize("who", ["zhao", "gao", None])
def test_nobody_else_reaches_a_booking(booking, who, request):
    client = Client()
    if who:
        client.force_login(request.getfixturevalue(who))
    tried = 0
    for name, url in of_booking_urls(booking):
        for method in ("get", "post"):
            status = getattr(client, method)(url).status_code
            allowed = {404, 403, 405} if who else {302, 405}
            assert status in allowed, (name, method, status)
            tried += 1
    assert tried == 2 * len(OF_A_BOOKING)
    before = booking.version
    booking.refresh_from_db()
    assert booking.version == before


def test_a_member_reaches_no_step_that_only_an_owner_may(booking, bo):
    client = Client()
    client.force_login(bo)
    for name in ("accept", "confirm"):
        assert client.post(reverse(f"bookings:{name}", args=[booking.reference])).status_code == 403
    assert client.post(reverse("bookings:cancel", args=[booking.reference])).status_code == 403
    page = client.get(reverse("bookings:detail", args=[booking.reference])).text
    assert "¥" not in page


def test_a_strangers_account_actions_touch_nobody_else(lin, zhao, bo):
    client = Client()
    client.force_login(zhao)
    member = Membership.objects.get(user=bo)
    token = ApiToken.objects.create(user=lin, name="t", token_hash="x" * 64, expires_at=timezone.now())
    assert client.post(reverse("accounts:change_member", args=[member.pk]), {"role": "owner"}).status_code == 404
    assert client.post(reverse("accounts:revoke_token", args=[token.pk])).status_code == 404
    assert (
        client.post(reverse("accounts:switch_organisation"), {"organisation": member.organisation_id}).status_code
        == 404
    )


def test_private_pages_send_visitors_to_the_sign_in_page(db):
    client = Client()
    tried = 0
    for name in sorted(OWN):
        args = {
            "accounts:change_member": [1],
            "accounts:accept_invitation": ["x"],
            "accounts:revoke_token": [1],
            "notifications:open": [1],
            "pages:open_draft": [1],
            "locations:change_search": [1],
        }
        try:
            url = reverse(name, args=args.get(name, []))
        except NoReverseMatch as exc:
            raise AssertionError(name) from exc
        answer = client.get(url)
        assert answer.status_code in {302, 405}, (name, answer.status_code)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/accounts/login/"), name
        tried += 1
    assert tried >= 11


@pytest.mark.parametrize("who", ["lin", "zhao", None])
def test_the_admin_lets_in_nobody_but_the_lot(who, request, db):
    client = Client()
    if who:
        client.force_login(request.getfixturevalue(who))
    tried = 0
    for name, path in patterns():
        if (
            not path.startswith("admin/")
            or "<" in path
            or "(" in path
            or "login" in path
            or "password_reset" in path
            or "logout" in path
        ):
            continue
        answer = client.get("/" + path.replace("^", "").replace("$", ""))
        if answer.status_code == 200 and path.endswith(("jsi18n/", "sprite/")):
            continue
        assert answer.status_code in {302, 403, 404, 405}, (name, path, answer.status_code)
        tried += 1
    assert tried > 60


def test_private_answers_are_never_stored(booking, lin):
    client = Client()
    client.force_login(lin)
    for url in (
        reverse("accounts:home"),
        reverse("bookings:list"),
        booking.get_absolute_url(),
        reverse("studios:list"),
    ):
        assert "no-store" in client.get(url).headers["Cache-Control"], url
    answer = Client().get(reverse("studios:list"))
    assert "public" in answer.headers["Cache-Control"]
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_safe_methods_write_nothing(booking, lin):
    client = Client()
    client.force_login(lin)
    before = list(Booking.objects.values_list("pk", "version", "state"))
    for _name, url in of_booking_urls(booking):
        client.get(url)
    assert list(Booking.objects.values_list("pk", "version", "state")) == before
