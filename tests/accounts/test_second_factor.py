"""The second factor, at every door and for every kind of person: what lets in is its use in this session."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actions import create_token
from portal.accounts.models import ApiToken, Membership, Organisation
from portal.accounts.second_factor import FACTOR
from tests.accounts.signing_in import code, confirm_address, own_factor, through_both_doors, through_the_door
from tests.conftest import PASSWORD, person

pytestmark = pytest.mark.django_db  # people come by name: without the mark these would run after the tests that commit
STAFF = ("mei", "fang", "gao", "shen", "root")
PEOPLE = ("lin", "bo", "zhao", *STAFF)
PASSWORD_DOORS = ("/accounts/login/", "/admin/login/", "/zh-hans/_util/login/", "/en/_util/login/")
LOCKED = (
    "/admin/",
    "/accounts/",
    "/accounts/keys/new/",
    "/api/v1/bookings",
    "/zh-hans/bookings/",
    "/accounts/profile/",
)


@pytest.fixture(autouse=True)
def _factor_needed(settings):
    settings.STAFF_NEED_SECOND_FACTOR = True


@pytest.fixture
def root(db):
    user = person("admin@demo.example", "管理员")
    user.is_superuser = user.is_staff = True
    user.save()
    return user


def gets_in(client, path):
    """Return whether the page is shown or refused by role, and not answered by a way to the second factor."""
    answer = client.get(path)
    if path.startswith("/api/"):
        return answer.status_code != 403 or answer.json()["code"] != "second_factor"
    return not (answer.status_code == 302 and "/2fa/" in answer.headers["Location"])


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("door", PASSWORD_DOORS)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_password_alone_signs_nobody_in_who_owns_a_factor(who, door, request):
    user = request.getfixturevalue(who)
    confirm_address(user)
    own_factor(user)
    client = Client()
    client.get(door)
    client.post(door, {"login": user.email, "username": user.email, "password": PASSWORD}, follow=True)
    assert not is_signed_in(client)
    for path in LOCKED:
        assert client.get(path).status_code in {302, 401}, path


@pytest.mark.parametrize("who", STAFF)
def test_staff_without_a_factor_reach_nothing_but_setting_one_up(who, request):
    client = through_the_door(Client(), request.getfixturevalue(who))
    assert is_signed_in(client)
    for path in LOCKED:
        assert not gets_in(client, path), path
    assert "/2fa/totp/activate/" in client.get("/admin/").headers["Location"]
    assert client.post(reverse("accounts:create_token"), {"name": "x", "can_write": "on"}).status_code == 302
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("who", STAFF)
def test_a_session_of_staff_that_never_used_the_factor_is_asked_for_it(who, request):
    user = request.getfixturevalue(who)
    own_factor(user)
    client = Client()
    client.force_login(user)  # however the session came about
    for path in LOCKED:
        assert not gets_in(client, path), path
    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    client.post(reverse("mfa_reauthenticate"), {"code": code()})
    for path in LOCKED:
        assert gets_in(client, path), path


@pytest.mark.parametrize("who", STAFF)
def test_staff_with_both_steps_work_as_before(who, request):
    user = request.getfixturevalue(who)
    own_factor(user)
    client = through_both_doors(Client(), user)
    assert client.get("/admin/").status_code == 200
    assert client.get("/zh-hans/bookings/").status_code == 200


@pytest.mark.parametrize("who", ["lin", "bo", "zhao"])
def test_producers_need_no_factor(who, request):
    client = through_the_door(Client(), request.getfixturevalue(who))
    for path in LOCKED[1:]:
        assert gets_in(client, path), path


def test_the_factor_of_a_session_grows_old(settings, mei):
    own_factor(mei)
    client = through_both_doors(Client(), mei)
    assert client.get("/admin/").status_code == 200
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.STAFF_FACTOR_HOURS * 3600 + 60
    session.save()
    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.django_db(transaction=True)
def test_whoever_sets_a_factor_up_has_used_it(mei):
    client = through_the_door(Client(), mei)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    typed = code(page.context["form"].secret)
    client.post(reverse("mfa_activate_totp"), {"code": typed})
    assert Authenticator.objects.filter(user=mei, type="totp").exists()
    assert client.get("/zh-hans/bookings/").status_code == 200


def test_a_factor_that_was_taken_away_lets_nobody_stay(mei):
    own_factor(mei)
    client = through_both_doors(Client(), mei)
    Authenticator.objects.filter(user=mei).delete()
    assert "/2fa/totp/activate/" in client.get("/admin/").headers["Location"]


def test_a_session_without_factor_cannot_take_the_factor_away(mei):
    own_factor(mei)
    client = Client()
    client.force_login(mei)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_deactivate_totp", "mfa_activate_totp", "account_email", "mfa_view_recovery_codes"):
        assert "/2fa/reauthenticate/" in client.post(reverse(name)).headers["Location"], name
    assert Authenticator.objects.filter(user=mei, type="totp").exists()


@pytest.mark.parametrize("who", ["lin", *STAFF])
def test_a_new_password_by_mail_does_not_stand_for_the_factor(who, request):
    user = request.getfixturevalue(who)
    confirm_address(user)
    own_factor(user)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    page = client.get(link[link.index("/accounts/") :], follow=True)
    form = page.request["PATH_INFO"]
    client.post(form, {"password1": "guangying-neu-7", "password2": "guangying-neu-7"}, follow=True)
    assert not is_signed_in(client)
    client.post(reverse("account_login"), {"login": user.email, "password": "guangying-neu-7"})
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_signed_in(client)


def key_of(user, **fields):
    return create_token(actor=user, name="t", can_write=True, **fields)[1]


def with_key(secret, path="/api/v1/bookings"):
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"})


def test_the_key_of_staff_works_only_while_its_owner_has_a_factor(mei):
    secret = key_of(mei)
    refused = with_key(secret)
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor")
    own_factor(mei)
    assert with_key(secret).status_code == 200
    Authenticator.objects.filter(user=mei).delete()
    assert with_key(secret).status_code == 401


def test_the_key_of_a_producer_needs_none(lin):
    assert with_key(key_of(lin)).status_code == 200


@pytest.mark.parametrize("who", ["lin", "mei"])
def test_a_key_is_made_only_with_a_fresh_factor_where_there_is_one(who, request, settings):
    user = request.getfixturevalue(who)
    own_factor(user)
    client = through_both_doors(Client(), user)
    assert client.get(reverse("accounts:create_token")).status_code == 200
    session = client.session
    for record in session["account_authentication_methods"]:
        if record["method"] == FACTOR:
            record["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    answer = client.post(reverse("accounts:create_token"), {"name": "x"})
    assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not ApiToken.objects.exists()


def test_without_a_factor_the_password_must_be_fresh(lin):
    client = Client()
    client.force_login(lin)
    answer = client.post(reverse("accounts:create_token"), {"name": "x"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "gy_" in client.post(reverse("accounts:create_token"), {"name": "x", "days": 30}).text


def test_keys_end_with_the_password_whoever_changes_it(lin, zhao):
    secret, others = key_of(lin), key_of(zhao)
    client = through_the_door(Client(), lin)
    new = {"oldpassword": PASSWORD, "password1": "guangying-neu-7", "password2": "guangying-neu-7"}
    client.post(reverse("account_change_password"), new)
    assert with_key(secret).status_code == 401
    assert with_key(others).status_code == 200
    secret = key_of(lin)
    lin.refresh_from_db()
    lin.set_password("by-a-command-8")
    lin.save()
    assert with_key(secret).status_code == 401


def test_a_stronger_hash_of_the_same_password_ends_no_key(lin, settings):
    secret = key_of(lin)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    through_the_door(Client(), lin)
    lin.refresh_from_db()
    assert lin.password.startswith("pbkdf2")
    assert with_key(secret).status_code == 200


def test_a_key_works_until_its_day(lin):
    assert with_key(key_of(lin, days=30, now=timezone.now() - timedelta(days=29, hours=23))).status_code == 200
    assert with_key(key_of(lin, days=30, now=timezone.now() - timedelta(days=30, seconds=1))).status_code == 401


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_an_address_that_is_not_confirmed_signs_nobody_in(door, db):
    user = person("new@demo.example", "新人")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    client = Client()
    client.post(door, {"login": user.email, "username": user.email, "password": PASSWORD}, follow=True)
    assert not is_signed_in(client)
    client.post(reverse("accounts:create_organisation"), {"name": "没有确认的公司"})
    assert not Organisation.objects.filter(name="没有确认的公司").exists()
    assert not Membership.objects.exists()


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_after_ten_wrong_passwords_the_right_one_does_not_help(door, lin):
    confirm_address(lin)
    client = Client()
    for number in range(11):
        client.post(door, {"login": lin.email, "username": lin.email, "password": f"wrong-{number}"})
    client.post(door, {"login": lin.email, "username": lin.email, "password": PASSWORD}, follow=True)
    assert not is_signed_in(client)
    client.post("/accounts/login/", {"login": lin.email, "password": PASSWORD})
    assert is_signed_in(client) == (door != "/accounts/login/")  # the others count nothing, for they sign nobody in


def test_wagtails_doors_lead_to_the_one_sign_in_page_and_back(db):
    answer = Client().get("/admin/reports/locked/")
    assert answer.headers["Location"] == "/admin/login/?next=/admin/reports/locked/"
    assert Client().get("/admin/login/?next=/admin/").headers["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    evil = Client().get("/admin/login/?next=https://evil.example/").headers["Location"]
    assert evil == "/accounts/login/?next=%2F"
    assert Client().get("/admin/password_reset/").status_code == 404


def test_a_producer_at_the_admin_is_told_so_and_not_sent_round(lin):
    client = Client()
    client.force_login(lin)
    assert client.get("/admin/", follow=True).status_code == 403
