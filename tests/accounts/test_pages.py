"""The account pages as people use them: registering, signing in, a company and its people, keys."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import ApiToken, Membership, Organisation, User
from tests.accounts.signing_in import confirm_address, through_the_door
from tests.conftest import PASSWORD

NEW_PASSWORD = "guangying-neu-7"


def signed_in(client, user):
    client.login(email=user.email, password=PASSWORD)
    return client


def register(client, email="new@demo.example"):
    data = {"name": "闻笛", "email": email, "password1": NEW_PASSWORD}
    return client.post(reverse("account_signup"), data, follow=True)


def link_in(message, path):
    return re.search(rf"https?://[^/]+({path}\S+)", message.body)[1]


def test_somebody_registers_confirms_by_mail_and_signs_in(client, db):
    answer = register(client)
    assert "请查收邮件" in answer.content.decode()
    assert "光影重庆" in mail.outbox[0].body
    link = link_in(mail.outbox[0], "/accounts/confirm-email/")
    page = client.get(link)
    assert "new@demo.example" in page.content.decode()
    assert not EmailAddress.objects.get().verified, "opening the link alone confirms nothing"
    client.post(link)
    assert EmailAddress.objects.get().verified
    client.post(reverse("account_logout"))
    answer = client.post(reverse("account_login"), {"login": "new@demo.example", "password": NEW_PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("accounts:home")
    assert "闻笛" in answer.content.decode()


def test_who_registers_in_english_gets_an_english_mail(client, db):
    client.get("/accounts/signup/?language=en")
    register(client, "newcomer@demo.example")
    assert "Open this link to confirm it" in mail.outbox[0].body
    assert User.objects.get().language == "en"


def test_a_wrong_password_is_told_beside_kept_values(client, lin):
    answer = client.post(reverse("account_login"), {"login": lin.email, "password": "wrong"})
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert f'value="{lin.email}"' in html


def test_a_forgotten_password_is_chosen_anew_by_mail(client, lin):
    confirm_address(lin)
    client.post(reverse("account_reset_password"), {"email": lin.email})
    link = link_in(mail.outbox[0], "/accounts/password/reset/key/")
    form = client.get(link, follow=True)
    action = form.redirect_chain[-1][0]
    answer = client.post(action, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert answer.status_code == 200
    lin.refresh_from_db()
    assert lin.check_password(NEW_PASSWORD)
    assert "这个链接已失效" in client.get(link, follow=True).content.decode(), "a link works once"


def test_resetting_tells_nobody_who_has_an_account(client, lin):
    known = client.post(reverse("account_reset_password"), {"email": lin.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@demo.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_logout",
        "accounts:home",
        "accounts:profile",
        "accounts:create_organisation",
        "accounts:edit_organisation",
        "accounts:create_token",
        "mfa_index",
        "notifications:notices",
    ],
)
def test_every_account_page_opens_in_both_languages(client, lin, name):
    through_the_door(client, lin)
    for language in ("zh-hans", "en"):
        answer = client.get(reverse(name), {"language": language})
        assert answer.status_code == 200
        assert "<h1" in answer.content.decode()


def test_visitors_are_asked_to_sign_in(client, db):
    for name in ("accounts:home", "accounts:create_organisation", "notifications:notices"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_wrong_check_digit_is_told_beside_the_field_and_all_values_stay(client, lin):
    data = {"name": "江雾影业", "credit_code": "91500118MA5UEXMPL1", "address": "永川区", "invoice_title": "江雾"}
    answer = signed_in(client, lin).post(reverse("accounts:create_organisation"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_credit_code_error"' in html
    assert '<a href="#id_credit_code">' in html
    for value in data.values():
        assert f'value="{value}"' in html
    assert not Organisation.objects.filter(name="江雾影业").exists()


def test_a_company_is_registered_and_acted_for(client, lin):
    answer = signed_in(client, lin).post(reverse("accounts:create_organisation"), {"name": "雾渡制片"}, follow=True)
    assert "雾渡制片" in answer.content.decode()
    assert 'role="status"' in answer.content.decode()
    assert answer.context["company"].name == "雾渡制片"


def test_the_switcher_shows_only_ones_own_companies(client, lin, company_b):
    second = Organisation.objects.create(name="南岸工作室")
    Membership.objects.create(user=lin, organisation=second, role="member")
    signed_in(client, lin)
    html = client.get(reverse("accounts:home")).content.decode()
    assert 'id="acting-for"' in html
    assert company_b.name not in html
    client.post(reverse("accounts:switch_organisation"), {"organisation": second.pk})
    assert client.get(reverse("accounts:home")).context["company"] == second
    assert client.post(reverse("accounts:switch_organisation"), {"organisation": company_b.pk}).status_code == 404


def test_one_company_needs_no_switcher(client, lin):
    assert 'id="acting-for"' not in signed_in(client, lin).get(reverse("accounts:home")).content.decode()


def test_an_invitation_is_joined_only_after_a_yes(client, lin, company_a, db):
    signed_in(client, lin).post(reverse("accounts:invite"), {"email": "he@demo.example", "role": "finance"})
    assert company_a.invitations.get().email == "he@demo.example"


def test_a_stranger_changes_nobody_elses_company(client, lin, bo, zhao, company_a):
    token = ApiToken.objects.create(user=lin, name="排期", token_hash="x" * 64, expires_at=timezone.now())
    member = Membership.objects.get(user=bo)
    signed_in(client, zhao)
    assert client.post(reverse("accounts:change_member", args=[member.pk]), {"role": "owner"}).status_code == 404
    assert client.post(reverse("accounts:change_member", args=[member.pk]), {"remove": "1"}).status_code == 404
    assert client.post(reverse("accounts:revoke_token", args=[token.pk])).status_code == 404
    client.post(reverse("accounts:edit_organisation"), {"name": "改名"})
    company_a.refresh_from_db()
    token.refresh_from_db()
    member.refresh_from_db()
    assert company_a.name == "江雾影业（示例）"
    assert token.revoked_at is None
    assert member.role == "member"


def test_a_member_manages_nothing(client, bo, lin, company_a):
    signed_in(client, bo)
    html = client.get(reverse("accounts:home")).content.decode()
    assert reverse("accounts:invite") not in html
    assert client.get(reverse("accounts:edit_organisation")).status_code == 404
    assert client.post(reverse("accounts:invite"), {"email": "he@demo.example", "role": "owner"}).status_code == 403
    owner = Membership.objects.get(user=lin)
    assert client.post(reverse("accounts:change_member", args=[owner.pk]), {"role": "member"}).status_code == 403


def test_a_key_is_shown_once(client, lin):
    answer = through_the_door(client, lin).post(reverse("accounts:create_token"), {"name": "排期脚本", "days": 90})
    secret = re.search(r"gy_[\w-]+", answer.content.decode())[0]
    assert secret not in client.get(reverse("accounts:home")).content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_two_step_sign_in_is_set_up_used_and_turned_off(client, lin):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code(secret):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    confirm_address(lin)
    client.post(reverse("account_login"), {"login": lin.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert 'id="id_code_error"' in refused.content.decode()
    secret = refused.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert "换一组备用码" in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    assert "已开" in client.get(reverse("mfa_index")).content.decode()
    client.post(reverse("account_logout"))
    second = client.post(reverse("account_login"), {"login": lin.email, "password": PASSWORD}, follow=True)
    assert "第二步验证" in second.content.decode()


def test_sensitive_pages_ask_for_the_password_again(client, lin):
    answer = signed_in(client, lin).get(reverse("mfa_activate_totp"), follow=True)
    assert "确认是您本人" in answer.content.decode()
