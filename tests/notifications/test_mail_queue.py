"""Mail leaves by the queue: no page waits for a mail server, two days of trouble lose nothing, the rest is on the desk."""

import base64
import smtplib
from datetime import timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Event
from portal.notifications import actions
from portal.notifications.mail import opened, sealed
from portal.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


class Server(BaseEmailBackend):
    """A mail server in some mood; delivered mail goes to `mail.outbox`."""

    mood: Exception | None = None

    def send_messages(self, email_messages):
        if type(self).mood:
            raise type(self).mood
        mail.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture(autouse=True)
def _queue(settings):
    settings.EMAIL_BACKEND = "portal.notifications.mail.QueueBackend"
    settings.MAIL_DELIVERY_BACKEND = f"{__name__}.Server"
    Server.mood = None


def letter(**fields):
    message = EmailMultiAlternatives(
        "主题", "正文 link-to-get-in", to=["lin@demo.example"], reply_to=["lot@demo.example"], **fields
    )
    message.attach_alternative("<p>正文</p>", "text/html")
    message.attach("bill.pdf", b"%PDF-\x00\xff", "application/pdf")
    message.attach("days.ics", "BEGIN:VCALENDAR", "text/calendar")
    return message


def test_a_mail_is_written_in_the_request_and_sent_by_the_queue():
    letter().send()
    row = OutgoingMail.objects.get()
    assert (row.state, mail.outbox) == (State.WAITING, [])
    actions.deliver_mail(row.pk)
    row.refresh_from_db()
    assert (row.state, row.sealed) == (State.SENT, "")
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to, sent.reply_to) == (
        "主题",
        "正文 link-to-get-in",
        ["lin@demo.example"],
        ["lot@demo.example"],
    )
    assert sent.alternatives[0].content == "<p>正文</p>"
    assert [tuple(part) for part in sent.attachments] == [
        ("bill.pdf", b"%PDF-\x00\xff", "application/pdf"),
        ("days.ics", "BEGIN:VCALENDAR", "text/calendar"),
    ]


def test_a_second_delivery_of_one_mail_does_nothing():
    letter().send()
    row = OutgoingMail.objects.get()
    actions.deliver_mail(row.pk)
    actions.deliver_mail(row.pk)
    assert len(mail.outbox) == 1


def test_what_waits_is_sealed_and_other_keys_do_not_open_it(settings):
    text = sealed(letter())
    assert "link-to-get-in" not in text
    assert "link-to-get-in" not in base64.urlsafe_b64decode(text + "==").decode("latin-1")
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-" * 8
    with pytest.raises(InvalidToken):
        opened(text)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert opened(text).body == "正文 link-to-get-in"


@pytest.mark.parametrize(
    "mood",
    [
        ConnectionRefusedError("refused"),
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"no"),
    ],
)
def test_with_the_server_away_nothing_is_lost_for_two_days(mood):
    letter().send()
    row = OutgoingMail.objects.get()
    Server.mood = mood
    now = row.created_at
    pauses = []
    for _round in range(60):
        actions.deliver_mail(row.pk, now=now)
        row.refresh_from_db()
        if row.state == State.DEAD:
            break
        assert row.state == State.WAITING
        pauses.append(row.next_try_at - now)
        now = row.next_try_at
        assert actions.send_waiting_mail(now=now) == 1
    assert row.state == State.DEAD
    assert pauses == sorted(pauses)
    assert now - row.created_at > timedelta(hours=43)
    assert row.last_error


def test_a_server_that_comes_back_gets_the_mail_once():
    letter().send()
    row = OutgoingMail.objects.get()
    Server.mood = TimeoutError("hung")
    actions.deliver_mail(row.pk)
    Server.mood = None
    assert actions.send_waiting_mail() == 0  # not yet due
    later = timezone.now() + timedelta(minutes=2)
    assert actions.send_waiting_mail(now=later) == 1
    actions.deliver_mail(row.pk, now=later)
    assert len(mail.outbox) == 1
    assert actions.send_waiting_mail(now=later + timedelta(days=3)) == 0


def test_an_address_that_does_not_exist_is_given_up_at_once():
    letter().send()
    row = OutgoingMail.objects.get()
    Server.mood = smtplib.SMTPRecipientsRefused({"lin@demo.example": (550, b"no such user")})
    actions.deliver_mail(row.pk)
    row.refresh_from_db()
    assert row.state == State.DEAD


def test_a_busy_mailbox_is_tried_again():
    letter().send()
    row = OutgoingMail.objects.get()
    Server.mood = smtplib.SMTPRecipientsRefused({"lin@demo.example": (450, b"later")})
    actions.deliver_mail(row.pk)
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_a_worker_that_died_while_sending_leaves_nothing_behind_for_ever():
    letter().send()
    row = OutgoingMail.objects.get()
    OutgoingMail.objects.update(state=State.SENDING, sending_since=timezone.now() - timedelta(minutes=16))
    assert actions.send_waiting_mail() == 1
    actions.deliver_mail(row.pk)
    assert len(mail.outbox) == 1


def test_nothing_is_queued_when_the_deed_is_undone():
    with transaction.atomic():
        letter().send()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_signing_up_and_resetting_wait_for_no_mail_server(lin):
    Server.mood = TimeoutError("a hung server would have held the page")
    data = {"name": "闻笛", "email": "new@demo.example", "password1": "guangying-neu-7"}
    assert Client().post(reverse("account_signup"), data).status_code == 302
    assert Client().post(reverse("account_reset_password"), {"email": lin.email}).status_code == 302
    assert User.objects.filter(email="new@demo.example").exists()
    assert OutgoingMail.objects.count() == 2


def test_the_desk_lists_what_was_given_up_and_sends_it_again(client, mei):
    letter().send()
    OutgoingMail.objects.update(state=State.DEAD, last_error="SMTPServerDisconnected: gone", tries=17)
    row = OutgoingMail.objects.get()
    client.force_login(mei)
    page = client.get(reverse("queue_desk")).text
    assert "SMTPServerDisconnected" in page
    assert "link-to-get-in" not in page
    client.post(reverse("queue_desk"), {"mail": row.pk})
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.WAITING, 0)
    assert row.give_up_at > timezone.now() + timedelta(hours=47)
    actions.deliver_mail(row.pk)
    assert len(mail.outbox) == 1
    assert Event.objects.filter(action="notifications.mail_sent_again", actor=mei).exists()
    assert client.post(reverse("queue_desk"), {"mail": row.pk}, follow=True).status_code == 200
    assert len(mail.outbox) == 1


def test_strangers_send_nothing_again(client, zhao):
    letter().send()
    OutgoingMail.objects.update(state=State.DEAD)
    client.force_login(zhao)
    assert client.post(reverse("queue_desk"), {"mail": OutgoingMail.objects.get().pk}).status_code in {302, 403}
    assert OutgoingMail.objects.get().state == State.DEAD


def test_sent_mail_is_forgotten_after_a_month():
    letter().send()
    now = timezone.now()
    OutgoingMail.objects.update(state=State.SENT, sent_at=now - timedelta(days=31))
    assert actions.forget_sent_mail() == 1


def test_every_setting_but_the_machines_own_sends_by_the_queue():
    from portal.settings import base

    assert base.EMAIL_BACKEND == "portal.notifications.mail.QueueBackend"
    assert django_settings.MAIL_DELIVERY_BACKEND
