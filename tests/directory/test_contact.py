"""Writing to a vendor through the lot: their address is in no page, answer or mail to others; each look is written down."""

import json
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from services.directory import actions, rules, search
from services.directory.actions import contact
from services.directory.errors import NotAvailable, TooManyMessages
from services.directory.models import Inquiry, VendorContact
from tests.conftest import person
from tests.factories.directory import MAIL, PHONE, WECHAT

SECRETS = (PHONE, PHONE.replace("-", ""), MAIL, WECHAT)
LETTER = {"sender_name": "陈可", "sender_email": "chen@mail.example", "text": "长衫 12 套，旗袍 6 套。"}


def ask(vendor):
    return reverse("directory:ask", args=[vendor.slug])


def known(user):
    """Somebody who has confirmed the address of their account."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def written_by(user, vendor, **changes):
    client = Client()
    client.force_login(user)
    return client.post(ask(vendor), LETTER | {"sender_email": user.email} | changes)


def link_in(letter):
    return next(line for line in letter.body.splitlines() if "/confirm/" in line).partition("localhost:8000")[2]


def test_a_message_of_a_known_sender_goes_to_the_vendor_and_a_copy_back(vendor, work, zhao):
    assert written_by(known(zhao), vendor).headers["Location"].endswith("/asked/")
    work()
    by_address = {letter.to[0]: letter for letter in mail.outbox}
    assert {MAIL, zhao.email} <= by_address.keys()
    assert by_address[MAIL].reply_to == [zhao.email]
    assert "已确认" in by_address[MAIL].body
    copy = by_address[zhao.email]
    said = f"{copy.subject}{copy.body}{copy.extra_headers}{copy.reply_to}{copy.cc}{copy.bcc}{copy.to}{copy.from_email}"
    assert not [secret for secret in SECRETS if secret in said]


def test_nothing_a_stranger_typed_leaves_before_the_address_is_confirmed(vendor, work, wei, client):
    """Else anybody writes anything to anybody in the lot's name."""
    words = {
        "sender_name": "点 evil.example 领奖",
        "production": "https://evil.example/x",
        "text": "去 evil.example 领 http://evil.example",
    }
    answer = Client().post(ask(vendor), LETTER | words)
    assert answer.headers["Location"].endswith("?confirm=1")
    work()
    assert [letter.to for letter in mail.outbox] == [["chen@mail.example"]]
    assert "evil" not in mail.outbox[0].subject + mail.outbox[0].body
    client.force_login(wei)
    assert "evil" not in client.get(reverse("directory:own", args=[vendor.slug])).text
    link = link_in(mail.outbox.pop())
    assert Client().get(link).status_code == 200
    assert Inquiry.objects.get().waiting_since, "a scanner that opens links confirms nothing"
    assert Client().post(link).status_code == 200
    work()
    assert MAIL in {letter.to[0] for letter in mail.outbox}
    for letter in mail.outbox:
        said = letter.subject + letter.body
        assert "evil.example" not in said
        assert "https://evil" not in said
        assert "evil. example" in said
        assert "没有账号" in said
    assert Client().post(link).status_code == 410, "once"


def test_somebody_signed_in_who_types_another_address_is_asked_there(vendor, work, zhao):
    assert (
        written_by(known(zhao), vendor, sender_email="victim@mail.example").headers["Location"].endswith("?confirm=1")
    )
    work()
    assert [letter.to for letter in mail.outbox] == [["victim@mail.example"]]


def test_a_link_that_is_not_ours_or_old_confirms_nothing(vendor, work):
    Client().post(ask(vendor), LETTER)
    inquiry = Inquiry.objects.get()
    for token in ("x", signing.dumps(inquiry.pk, salt="other"), signing.dumps(10_000, salt=contact.SALT)):
        assert Client().post(reverse("directory:confirm", args=[token])).status_code == 410
    with time_machine(contact.CONFIRM_WITHIN + timedelta(hours=1)):
        old = signing.dumps(inquiry.pk, salt=contact.SALT)
    assert Client().post(reverse("directory:confirm", args=[old])).status_code == 410
    Inquiry.objects.update(waiting_since=timezone.now() - contact.CONFIRM_WITHIN - timedelta(hours=1))
    assert actions.drop_unconfirmed() == 1
    assert not Inquiry.objects.exists()


@contextmanager
def time_machine(back):
    """Sign as if it were earlier."""
    true = time.time
    signing.time.time = lambda: true() - back.total_seconds()
    try:
        yield
    finally:
        signing.time.time = true


def test_one_mailbox_is_not_filled_with_letters_that_ask(vendor, work):
    answers = [
        Client(REMOTE_ADDR=f"10.0.{number}.1").post(ask(vendor), LETTER | {"text": f"{number}"}) for number in range(9)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 4
    work()
    assert len(mail.outbox) == 5


def test_one_vendor_is_not_flooded_by_many_senders(vendor, company_b, monkeypatch):
    monkeypatch.setattr(contact, "PER_VENDOR", {contact.DAY: 3})
    senders = [known(person(f"s{number}@mail.example", f"剧组{number}", company=company_b)) for number in range(5)]
    assert [written_by(sender, vendor).status_code for sender in senders] == [302] * 3 + [429] * 2


@pytest.mark.parametrize(("typed", "read"), [
    ("a.example", "a. example"), ("https://x.y/z", "https: //x. y/z"), ("a@b.cn", "a @ b. cn"), ("例子.中国", "例子. 中国"),
    ("3.5 吨", "3.5 吨"), ("好。谢谢", "好。 谢谢"),
])  # fmt: skip
def test_no_link_is_left_in_a_strangers_words(typed, read):
    assert rules.unlinked(typed) == read


def test_no_page_answer_or_document_holds_contact_data(vendor, lin, gao):
    urls = [
        reverse("directory:list"), f"{reverse('directory:list')}?q=wx7711hidden", vendor.get_absolute_url(), f"/en{vendor.get_absolute_url()[8:]}",
        reverse("directory:asked", args=[vendor.slug]), "/api/v1/vendors?facets=1", f"/api/v1/vendors/{vendor.slug}",
        f"/api/v1/vendors?q={MAIL}", "/zh-hans/find/?q=云门衣库",
    ]  # fmt: skip
    for who in (None, lin, gao):
        client = Client()
        if who:
            client.force_login(who)
        for url in urls:
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert not [secret for secret in SECRETS if secret in answer.text and secret not in url], (who, url)
    document = json.dumps(search.document(vendor), ensure_ascii=False, default=str)
    assert not [secret for secret in SECRETS if secret in document]


def test_nobody_finds_a_vendor_by_its_phone_or_address(client, vendor):
    for secret in SECRETS:
        assert client.get("/api/v1/vendors", {"q": secret}).json()["total"] == 0, secret


def test_each_look_at_contact_data_is_written_down_with_its_reason(client, vendor, mei):
    client.force_login(mei)
    page = reverse("directory:review", args=[vendor.slug])
    assert not [secret for secret in SECRETS if secret in client.get(page).text]
    look = reverse("directory:contact", args=[vendor.slug])
    assert client.get(look).status_code == 405
    assert client.post(look, {"why": " "}).status_code == 422
    assert not Event.objects.filter(action="directory.contact_viewed").exists()
    assert PHONE in client.post(look, {"why": "保险到期，打电话问"}).text
    client.post(look, {"why": "再问一次"})
    seen = Event.objects.filter(action="directory.contact_viewed").order_by("id")
    assert [(one.actor, one.data["why"]) for one in seen] == [(mei, "保险到期，打电话问"), (mei, "再问一次")]
    assert "保险到期，打电话问" in client.get(page).text


def test_the_trail_itself_holds_no_contact_data(vendor, wei):
    actions.set_contact(actor=wei, vendor=vendor, person="魏", phone=PHONE, email=MAIL, wechat=WECHAT, keep_mine=True)
    told = json.dumps(list(Event.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in told]


def test_the_admins_generic_pages_show_no_contact_data(client, vendor, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("boss@lot.example", "guangying-demo", name="值班"))
    for url in (reverse("vendor_records:index"), reverse("vendor_records:edit", args=[vendor.pk])):
        assert not [secret for secret in SECRETS if secret in client.get(url).text], url
    assert client.get(reverse("vendor_records:index") + "?q=" + PHONE).text.count(vendor.name_zh) == 0


def test_the_same_message_twice_is_one(vendor):
    for _press in range(3):
        assert Client().post(ask(vendor), LETTER).status_code == 302
    assert Inquiry.objects.count() == 1


def test_a_task_that_runs_twice_mails_once(vendor, work, zhao):
    written_by(known(zhao), vendor)
    Client().post(ask(vendor), LETTER)
    work()
    mail.outbox.clear()
    for inquiry in Inquiry.objects.all():
        actions.forward_inquiry(inquiry.pk)
        actions.ask_sender(inquiry.pk)
    actions.forward_inquiry(10_000)
    actions.ask_sender(10_000)
    assert mail.outbox == []


def test_many_messages_are_slowed_down(vendor):
    client = Client()
    answers = [client.post(ask(vendor), LETTER | {"text": f"第{number}封"}) for number in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert answers[-1].headers["Retry-After"]
    assert "第6封" in answers[-1].text
    for number in range(5):
        other = LETTER | {"text": f"脚本{number}", "sender_email": f"c{number}@mail.example"}
        actions.send_inquiry(vendor=vendor, address="10.0.0.9", **other)
    with pytest.raises(TooManyMessages):
        actions.send_inquiry(vendor=vendor, address="10.0.0.9", **LETTER | {"sender_email": "c9@mail.example"})


def test_nobody_writes_to_an_entry_that_is_not_public(vendor, waiting, mei):
    assert Client().post(ask(waiting), LETTER).status_code == 404
    actions.suspend_vendor(actor=mei, vendor=vendor, reason="假资料")
    vendor.refresh_from_db()
    with pytest.raises(NotAvailable):
        actions.send_inquiry(vendor=vendor, **LETTER)


def test_nothing_typed_is_lost_and_errors_stand_beside_the_field(vendor):
    answer = Client().post(ask(vendor), LETTER | {"sender_email": "不是地址"})
    assert answer.status_code == 422
    assert "不是地址" in answer.text
    assert LETTER["text"] in answer.text
    assert "field__error" in answer.text


def test_a_header_cannot_be_smuggled_into_the_mail(vendor, work, zhao):
    refused = written_by(known(zhao), vendor, sender_name="陈\r\nBcc: all@mail.example")
    assert refused.status_code == 422, "a name is one line"
    assert written_by(known(zhao), vendor, production="x\nTo: y").status_code == 302
    work()
    assert len(mail.outbox) >= 2
    for letter in mail.outbox:
        assert letter.bcc == []
        assert "\n" not in letter.subject
    answer = Client().post(ask(vendor), LETTER | {"sender_email": "a@b.example\nBcc: all@mail.example", "text": "x"})
    assert answer.status_code == 422


def test_the_vendor_reads_messages_on_its_page_and_nobody_else_does(client, vendor, wei, zhao):
    written_by(known(zhao), vendor)
    page = reverse("directory:own", args=[vendor.slug])
    client.force_login(wei)
    assert LETTER["text"] in client.get(page).text
    client.force_login(zhao)
    assert client.get(page).status_code == 404


def test_contact_data_end_with_the_entry(vendor):
    vendor.inquiries.all().delete()
    assert VendorContact.objects.filter(vendor=vendor).exists()
    vendor.delete()
    assert not VendorContact.objects.exists()
