"""Pages and API of payments: what each person sees and may press, strangers, bad input, both languages."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.payments import actions
from portal.payments.models import (
    BankFormat,
    BankStatement,
    Compensation,
    InvoiceRequest,
    Payment,
    Schedule,
    StatementRow,
    TransferSlip,
)
from portal.payments.providers.fake import remote
from tests.factories.files import pdf
from tests.load.hostile_images import png_bomb

from .conftest import begin, due, events_of, fresh, paid, pay, session_of, state

PNG = png_bomb(64, 64)


def page(name, *args):
    with translation.override("zh-hans"):
        return reverse(f"pay:{name}", args=args)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_producer_pays_online_from_the_booking_page_to_the_receipt(lin, booking, earnest):
    client = browser(lin)
    shown = client.get(booking.get_absolute_url()).text
    assert page("start", earnest.pk) in shown
    answer = client.post(page("start", earnest.pk), {"provider": "fake"})
    payment = Payment.objects.get()
    assert answer.headers["Location"] == payment.checkout_url
    far = Client()
    far.force_login(lin)
    assert far.get(payment.checkout_url).status_code == 200
    back = far.post(payment.checkout_url, {"what": "pay", "method": "alipay", "quiet": "on"})
    assert back.status_code == 302
    assert state(booking) == "awaiting_deposit"
    client.get(back.headers["Location"])
    assert state(booking) == "confirmed"
    assert client.get(page("detail", payment.uuid)).status_code == 200
    receipt = client.get(page("receipt", payment.uuid, "pdf"))
    assert receipt.headers["Content-Type"] in {"application/pdf", "text/html; charset=utf-8"}
    assert "no-store" in receipt.headers["Cache-Control"]


def test_a_provider_that_is_down_is_told_and_a_retry_goes_on_with_the_same_payment(lin, booking, earnest):
    client = browser(lin)
    remote.set_mood("500")
    answer = client.post(page("start", earnest.pk), {"provider": "fake"})
    payment = Payment.objects.get()
    assert answer.status_code == 503
    assert page("retry", payment.uuid) in answer.text
    remote.set_mood("ok")
    assert client.post(page("retry", payment.uuid)).headers["Location"] == fresh(payment).checkout_url
    assert Payment.objects.count() == 1


def test_a_provider_that_is_not_set_up_is_refused_in_words(lin, earnest, settings):
    settings.PAYMENTS_FAKE = False
    client = browser(lin)
    for name in ("stripe", "fake", "nonsense"):
        assert client.post(page("start", earnest.pk), {"provider": name}, follow=True).status_code == 200
    assert not Payment.objects.exists()
    assert client.get("/payments/fake/").status_code == 404


def test_a_slip_is_taken_by_its_content_and_only_shown_to_money_people(lin, bo, zhao, fang, earnest):
    client = browser(lin)
    for name, content in (("a.png", b""), ("a.png", b"GIF89a..."), ("a.pdf", b"<html>"), ("a.exe", b"MZ")):
        answer = client.post(page("slip", earnest.pk), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
    big = SimpleUploadedFile("a.png", PNG + b"0" * (10 * 2**20))
    assert client.post(page("slip", earnest.pk), {"file": big}).status_code == 422
    ok = client.post(page("slip", earnest.pk), {"file": SimpleUploadedFile("../../转账.png", PNG)})
    assert ok.status_code == 302
    slip = TransferSlip.objects.get()
    assert ".." not in slip.file.name
    for person, status in ((lin, 200), (fang, 200), (bo, 404), (zhao, 404)):
        assert browser(person).get(page("slip_file", slip.uuid)).status_code == status
    answer = client.get(page("slip_file", slip.uuid))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_statement_of_a_month_comes_as_page_pdf_csv_and_xlsx(lin, zhao, earnest):
    paid(lin, earnest)
    client = browser(lin)
    for form, kind in (("page", "text/html"), ("csv", "text/csv"), ("xlsx", "spreadsheetml")):
        answer = client.get(page("statement"), {"as": form})
        assert kind in answer.headers["Content-Type"]
    assert earnest.reference in client.get(page("statement"), {"as": "csv"}).content.decode("utf-8-sig")
    assert earnest.reference not in browser(zhao).get(page("statement"), {"as": "csv"}).content.decode("utf-8-sig")
    for month in ("", "2026-13", "x", "0001-01", "9999-12"):
        assert client.get(page("statement"), {"month": month}).status_code == 200


def test_the_finance_desk_leads_from_figures_to_entries(fang, lin, earnest):
    payment = paid(lin, earnest)
    client = browser(fang)
    for name in ("desk", "rows", "refunds", "disputes", "invoices", "ledger"):
        assert client.get(page(name)).status_code == 200, name
    found = client.get(page("ledger"), {"account": "held:earnest_money"}).text
    assert payment.get_absolute_url() in found or str(payment.uuid) in found
    for query in (
        {"page": "-1"},
        {"page": "x"},
        {"day": "nonsense"},
        {"account": "'"},
        {"q": "x" * 10_000},
        {"show": "?"},
    ):
        assert client.get(page("ledger"), query).status_code == 200
        assert client.get(page("rows"), query).status_code == 200


def test_finance_gives_money_back_from_the_payments_page(fang, lin, earnest):
    payment = paid(lin, earnest)
    client = browser(fang)
    for amount in ("", "0", "-1", "1.005", "abc", "99999999"):
        answer = client.post(page("ask_for_refund", payment.uuid), {"amount": amount, "reason": "x"})
        assert answer.status_code == 422, amount
        assert amount in answer.text
    assert client.post(page("ask_for_refund", payment.uuid), {"amount": "￥1,00.50", "reason": "x"}).status_code == 302
    assert payment.refunds.get().amount_fen == 10_050


def test_a_statement_is_uploaded_tried_and_matched_on_the_desk(fang, booking, earnest):
    client = browser(fang)
    assert client.get(page("statements"), follow=True).redirect_chain[-1][0] == page("new_format")
    assert client.post(page("new_format"), {"name": ""}).status_code == 422
    assert client.post(page("new_format"), {"name": "示例银行", "c_date": "交易日期"}).status_code == 302
    bank = BankFormat.objects.get()
    amount = f"{earnest.amount_fen / 100:.2f}"
    data = f"交易日期,贷方发生额,对方户名,附言\n2026-11-02,{amount},江雾,{booking.reference}\n".encode("gbk")
    answer = client.post(page("statements"), {"format": bank.pk, "file": SimpleUploadedFile("流水.csv", data)})
    statement = BankStatement.objects.get()
    assert answer.headers["Location"] == page("statement_file", statement.uuid)
    actions.read_statement(statement.pk)
    assert client.get(page("statement_file", statement.uuid)).status_code == 200
    client.post(page("confirm_statement", statement.uuid))
    actions.read_statement(statement.pk)
    row = StatementRow.objects.get()
    assert re.search(rf'value="{row.pk}"\s+checked', client.get(page("rows")).text)
    Schedule.objects.filter(pk=earnest.pk).update(state="void")
    stale = client.get(page("rows")).text
    assert f'value="{row.pk}"' in stale
    assert "checked" not in stale, "what is not open any more is not chosen beforehand"
    Schedule.objects.filter(pk=earnest.pk).update(state=earnest.state)
    assert client.post(page("accept_proposals"), {"row": [row.pk, "x", "-1"]}).status_code == 302
    assert state(booking) == "confirmed"
    assert client.post(page("undo_row", row.pk), {"reason": ""}).status_code == 422
    assert client.post(page("undo_row", row.pk), {"reason": "错"}).status_code == 302
    assert state(booking) == "awaiting_deposit"
    assert client.post(page("match_by_hand", row.pk), {"reference": "B-0000-0000"}).status_code == 422
    assert client.post(page("match_by_hand", row.pk), {"reference": booking.reference.lower()}).status_code == 302
    assert state(booking) == "confirmed"


def test_a_late_transfer_is_matched_by_hand_and_takes_the_days_again(fang, booking, earnest):
    from bookings.actions import expire_lapsed
    from bookings.models import Booking

    Booking.objects.filter(pk=booking.pk).update(firm_until=timezone.now())
    expire_lapsed()
    assert state(booking) == "expired"
    bank = BankFormat.objects.create(name="b")
    statement = actions.import_statement(actor=fang, format=bank, content=b"x", name="x")
    row = StatementRow.objects.create(
        statement=statement, line=1, booked_on=timezone.localdate(), amount_fen=earnest.amount_fen, fingerprint="f"
    )
    answer = browser(fang).post(page("match_by_hand", row.pk), {"reference": booking.reference})
    assert answer.status_code == 302
    assert state(booking) == "confirmed"


def test_the_banks_reference_recorded_twice_is_an_error_beside_the_form(fang, lin, booking, earnest):
    with translation.override("zh-hans"):
        path = reverse("bookings:deposit", args=[booking.reference, earnest.pk])
    form = {"amount": "1.00", "received_on": timezone.localdate().isoformat(), "payer": "甲", "bank_reference": "SAME"}
    client = browser(fang)
    assert client.post(path, form).status_code == 302
    assert client.post(path, form).status_code == 422


def test_an_invoice_is_asked_for_and_issued_in_the_browser(lin, fang, earnest):
    paid(lin, earnest)
    client = browser(lin)
    form = {"kind": "special", "title": "江雾影业", "tax_number": "123", "email": "lin@demo.example"}
    answer = client.post(page("ask_for_invoice", earnest.pk), form)
    assert answer.status_code == 422
    assert "江雾影业" in answer.text
    assert (
        client.post(page("ask_for_invoice", earnest.pk), form | {"kind": "ordinary", "tax_number": ""}).status_code
        == 302
    )
    invoice = InvoiceRequest.objects.get()
    desk = browser(fang)
    bad = {"number": "25", "file": SimpleUploadedFile("a.pdf", b"no pdf")}
    assert desk.post(page("issue_invoice", invoice.uuid), bad).status_code == 422
    good = {"number": "25", "file": SimpleUploadedFile("a.pdf", pdf())}
    assert desk.post(page("issue_invoice", invoice.uuid), good).status_code == 302
    answer = client.get(page("invoice_file", invoice.uuid))
    assert (answer.content, answer.headers["Content-Type"]) == (pdf(), "application/pdf")


def test_the_test_provider_is_driven_by_staff_only(lin, fang, zhao, booking, earnest):
    payment = begin(lin, earnest)
    pay(payment)
    event = events_of(payment)[0]
    assert browser(zhao).get("/payments/fake/").status_code == 404
    client = browser(fang)
    assert client.get("/payments/fake/").status_code == 200
    client.post("/payments/fake/", {"what": "deliver", "pk": event.pk})
    client.post("/payments/fake/", {"what": "deliver", "pk": event.pk})
    from .conftest import work

    work()
    assert state(booking) == "confirmed"
    client.post("/payments/fake/", {"what": "dispute", "pk": session_of(payment).pk})
    client.post("/payments/fake/", {"what": "mood", "mood": "500"})
    assert remote.mood() == "500"


# API


def test_the_api_begins_a_payment_and_shows_what_comes_next(lin, booking, earnest):
    client = browser(lin)
    base = f"/api/v1/bookings/{booking.reference}/payments"
    answer = client.post(base, {"schedule": earnest.pk, "provider": "bank_transfer"}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["pay_to"]["reference"] == booking.reference
    online = client.post(
        base,
        {"schedule": earnest.pk, "provider": "fake"},
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    ).json()
    again = client.post(
        base,
        {"schedule": earnest.pk, "provider": "fake"},
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    ).json()
    assert online == again
    assert online["checkout_url"]
    shown = client.get(f"/api/v1/payments/{online['uuid']}").json()
    assert (shown["state"], shown["amount"]) == ("open", {"amount": earnest.amount_fen, "currency": "CNY"})


def test_the_api_says_what_is_wrong_and_a_down_provider_may_be_tried_again(lin, booking, earnest):
    client = browser(lin)
    base = f"/api/v1/bookings/{booking.reference}/payments"

    def post(**body):
        return client.post(base, body, content_type="application/json", headers={"Idempotency-Key": "same"})

    assert post(schedule=10**9).status_code == 422
    assert client.post(base, "nonsense", content_type="application/json").status_code == 400
    remote.set_mood("429")
    down = post(schedule=earnest.pk, provider="fake")
    assert (down.status_code, down.json()["code"]) == (503, "provider_unavailable")
    remote.set_mood("ok")
    assert post(schedule=earnest.pk, provider="fake").status_code == 201
    assert Payment.objects.count() == 1


# Strangers


def every_payment_url(lin, fang, earnest):
    """Every URL of the payments pages with something of company A in it."""
    payment = paid(lin, earnest)
    refund = actions.request_refund(actor=fang, payment=payment, amount_fen=10, reason="x")
    asked = actions.request_invoice(actor=lin, schedule=earnest, kind="ordinary", title="t", email="a@b.example")
    balance = due(earnest_booking(earnest), "balance_due")
    slip = actions.upload_slip(actor=lin, schedule=balance, content=PNG, kind="png", name="s.png")
    bank = BankFormat.objects.create(name="b")
    statement = actions.import_statement(actor=fang, format=bank, content=b"x,y", name="x.csv")
    row = StatementRow.objects.create(
        statement=statement, line=1, booked_on=timezone.localdate(), amount_fen=1, fingerprint="f", schedule=balance
    )
    statement.problems = [{"line": 3, "problem": "amount", "text": "x"}]
    statement.save()
    owed = Compensation.objects.create(schedule=earnest, amount_fen=5, reason="x")
    of_uuid = {
        "take_row": statement.uuid, "refund_account": refund.uuid, "approve_compensation": owed.uuid,
        "refuse_compensation": owed.uuid, "compensation_paid": owed.uuid,
        "slip_file": slip.uuid, "invoice_file": asked.uuid, "statement_file": statement.uuid,
        "confirm_statement": statement.uuid, "approve_refund": refund.uuid, "refuse_refund": refund.uuid,
        "refund_sent": refund.uuid, "issue_invoice": asked.uuid, "refuse_invoice": asked.uuid,
    }  # fmt: skip
    urls = {}
    with translation.override("zh-hans"):
        from portal.payments.urls import urlpatterns

        for pattern in urlpatterns:
            route, name = str(pattern.pattern), pattern.name
            if name == "receipt":
                args = [payment.uuid, "pdf"]
            elif name == "take_row":
                args = [statement.uuid, 3]
            elif "<uuid:" in route:
                args = [of_uuid.get(name, payment.uuid)]
            elif "<int:schedule>" in route:
                args = [balance.pk]
            elif "<int:pk>" in route:
                args = [bank.pk if name == "bank_format" else row.pk]
            else:
                args = []
            urls[name] = reverse(f"pay:{name}", args=args)
        assert len(urls) == len(urlpatterns)
    return urls


def earnest_booking(schedule):
    from bookings.models import Booking

    return Booking.objects.get(pk=schedule.subject_id)


OWN_COMPANY_PAGES = {"list", "statement"}


@pytest.mark.parametrize("who", ["zhao", "bo", "gao", "mei", None])
def test_every_url_is_closed_to_strangers_and_members_without_the_role(who, request, lin, fang, earnest):
    urls = every_payment_url(lin, fang, earnest)
    before = [Payment.objects.count(), StatementRow.objects.values_list("state", flat=True)[0]]
    client = browser(request.getfixturevalue(who)) if who else Client()
    tried = 0
    for name, url in urls.items():
        for method in ("get", "post"):
            answer = getattr(client, method)(url)
            allowed = {404, 403, 405} if who else {302, 405}
            if who == "zhao" and name in OWN_COMPANY_PAGES:
                assert earnest.reference not in answer.text
                continue
            assert answer.status_code in allowed, (name, method, answer.status_code)
            tried += 1
    assert tried >= 2 * len(urls) - 4
    assert before == [Payment.objects.count(), StatementRow.objects.values_list("state", flat=True)[0]]


@pytest.mark.parametrize("who", ["zhao", "bo", "gao", None])
def test_the_api_of_payments_is_closed_to_strangers(who, request, lin, booking, earnest):
    payment = begin(lin, earnest)
    client = browser(request.getfixturevalue(who)) if who else Client()
    base = f"/api/v1/bookings/{booking.reference}/payments"
    answer = client.post(base, {"schedule": earnest.pk}, content_type="application/json")
    assert answer.status_code in ({403, 404} if who else {401})
    assert client.get(f"/api/v1/payments/{payment.uuid}").status_code == (404 if who else 401)
    assert client.get(f"/api/v1/payments/{uuid.uuid4()}").status_code == (404 if who else 401)
    assert client.get("/api/v1/payments/nonsense").status_code == (404 if who else 401)


def test_webhooks_answer_404_without_a_key_and_400_for_a_bad_signature(client, db, settings):
    assert client.post("/payments/webhooks/stripe/", b"{}", content_type="application/json").status_code == 404
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", "whsec_x"
    bad = client.post(
        "/payments/webhooks/stripe/", b"{}", content_type="application/json", headers={"Stripe-Signature": "t=1,v1=x"}
    )
    assert bad.status_code == 400
    assert client.get("/payments/webhooks/stripe/").status_code == 405


def test_pages_are_whole_in_both_languages(lin, fang, booking, earnest):
    import re

    paid(lin, earnest)
    for person, names in (
        (lin, ["list", "statement"]),
        (fang, ["desk", "rows", "refunds", "disputes", "invoices", "ledger"]),
    ):
        client = browser(person)
        for name in names:
            english = client.get(page(name).replace("/zh-hans/", "/en/")).text
            body = re.sub(r'(?s)<header.*?</header>|<footer.*?</footer>|lang="zh-Hans"[^>]*>[^<]*<', "", english)
            body = re.sub(r"(?s)<[^>]+>", " ", body.split("<main")[1].split("</main>")[0])
            left = re.findall(r"[\u4e00-\u9fff]+", body.replace("江雾影业（示例）", ""))
            assert not left, (name, left[:5])
