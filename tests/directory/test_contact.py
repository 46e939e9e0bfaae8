"""Writing to a vendor through the lot: their address is in no page, answer or mail to others; each look is written down."""

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.audit.models import Event
from services.directory import actions, search
from services.directory.errors import NotAvailable, TooManyMessages
from services.directory.models import Inquiry, VendorContact
from tests.factories.directory import MAIL, PHONE, WECHAT

SECRETS = (PHONE, PHONE.replace("-", ""), MAIL, WECHAT)
LETTER = {"sender_name": "陈可", "sender_email": "chen@mail.example", "text": "长衫 12 套，旗袍 6 套。"}


def ask(vendor):
    return reverse("directory:ask", args=[vendor.slug])


def test_a_message_goes_to_the_vendor_and_a_copy_to_who_wrote_it(vendor, work):
    assert Client().post(ask(vendor), LETTER).headers["Location"].endswith("/asked/")
    work()
    by_address = {letter.to[0]: letter for letter in mail.outbox}
    assert {MAIL, "chen@mail.example"} <= by_address.keys()
    assert by_address[MAIL].reply_to == ["chen@mail.example"]
    copy = by_address["chen@mail.example"]
    said = f"{copy.subject}{copy.body}{copy.extra_headers}{copy.reply_to}{copy.cc}{copy.bcc}{copy.to}{copy.from_email}"
    assert not [secret for secret in SECRETS if secret in said]


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


def test_a_task_that_runs_twice_mails_once(vendor, work):
    Client().post(ask(vendor), LETTER)
    work()
    mail.outbox.clear()
    actions.forward_inquiry(Inquiry.objects.get().pk)
    actions.forward_inquiry(10_000)
    assert mail.outbox == []


def test_many_messages_are_slowed_down(vendor):
    client = Client()
    answers = [client.post(ask(vendor), LETTER | {"text": f"第{number}封"}) for number in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert answers[-1].headers["Retry-After"]
    assert "第6封" in answers[-1].text
    for number in range(5):
        actions.send_inquiry(vendor=vendor, address="10.0.0.9", **LETTER | {"text": f"脚本{number}"})
    with pytest.raises(TooManyMessages):
        actions.send_inquiry(vendor=vendor, address="10.0.0.9", **LETTER | {"text": "脚本"})


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


def test_a_header_cannot_be_smuggled_into_the_mail(vendor, work):
    answer = Client().post(
        ask(vendor), LETTER | {"sender_name": "陈\r\nBcc: all@mail.example", "production": "x\nTo: y"}
    )
    assert answer.status_code == 302
    work()
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert letter.bcc == []
        assert "\n" not in letter.subject
    answer = Client().post(ask(vendor), LETTER | {"sender_email": "a@b.example\nBcc: all@mail.example", "text": "x"})
    assert answer.status_code == 422


def test_the_vendor_reads_messages_on_its_page_and_nobody_else_does(client, vendor, wei, zhao):
    Client().post(ask(vendor), LETTER)
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
