"""One's notices, the count in the header, the outbox."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.notifications.models import Notice, SentMail
from tests.conftest import PASSWORD


@pytest.fixture
def notice(lin):
    return Notice.objects.create(
        recipient=lin, event="bookings.held", subject="预留成功 <b>", body="第 1 顺位", path="/bookings/B-2027-0412/"
    )


def test_people_read_their_own_notices_and_the_count_falls(client, lin, notice):
    client.login(email=lin.email, password=PASSWORD)
    html = client.get(reverse("notifications:notices")).content.decode()
    assert "预留成功 &lt;b&gt;" in html
    assert '<b class="count">1</b>' in html
    answer = client.post(reverse("notifications:open", args=[notice.pk]))
    assert answer["Location"] == "/zh-hans/bookings/B-2027-0412/"
    assert 'class="count"' not in client.get(reverse("notifications:notices")).content.decode()


def test_a_stranger_opens_nobody_elses_notice(client, zhao, notice):
    client.login(email=zhao.email, password=PASSWORD)
    assert client.post(reverse("notifications:open", args=[notice.pk])).status_code == 404
    client.post(reverse("notifications:read_all"))
    notice.refresh_from_db()
    assert notice.read_at is None
    assert notice.subject not in client.get(reverse("notifications:notices")).content.decode()


def test_a_path_to_elsewhere_is_not_followed(client, lin):
    bad = Notice.objects.create(recipient=lin, event="x.y", subject="x", body="", path="//evil.example/")
    client.login(email=lin.email, password=PASSWORD)
    assert client.post(reverse("notifications:open", args=[bad.pk]))["Location"] == reverse("notifications:notices")


def test_the_outbox_shows_mail_with_links_and_without_scripts(client, db):
    mail = SentMail.objects.create(
        sender="a@b",
        recipients="lin@demo.example",
        subject="<script>",
        text="http://localhost/x/ <i>",
        html="<p>ja</p>",
    )
    html = client.get(reverse("notifications:outbox")).content.decode()
    assert '<a href="http://localhost/x/"' in html
    assert "<script>" not in html.split("<main")[1].split("</main>")[0]
    inside = client.get(reverse("notifications:outbox_html", args=[mail.pk]))
    assert inside["Content-Security-Policy"].startswith("sandbox")


def test_there_is_no_outbox_where_mail_is_real(client, db, settings):
    settings.OUTBOX_PAGE = False
    assert client.get(reverse("notifications:outbox")).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "去网站查看"), ("en", "Open it in the portal")])
def test_a_notice_by_mail_is_in_the_readers_language(notice, language, word):
    with translation.override(language):
        html = render_to_string(
            "notifications/mail.html", {"notice": notice, "link": "http://x/", "language": language}
        )
    assert word in html
    assert "&lt;b&gt;" in html
