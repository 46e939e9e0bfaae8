"""Invoices asked for, issued and sent; receipts and statements as paper; sheets that hide no formula."""

import re
import subprocess
from io import BytesIO

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.core import sheets
from portal.core.money import capital_yuan
from portal.payments import actions, papers, queries
from portal.payments.documents import has_chinese_font, render
from portal.payments.errors import AlreadyDone, NothingToInvoice
from portal.payments.models import InvoiceRequest, PayAccount

from .conftest import paid

pytestmark = pytest.mark.django_db
WORDS = {"kind": "ordinary", "title": "江雾影业（示例）", "email": "lin@demo.example"}


@pytest.fixture
def payment(lin, earnest):
    return paid(lin, earnest)


def test_an_invoice_is_over_what_was_paid_and_is_on_none_yet(lin, fang, payment, earnest):
    first = actions.request_invoice(actor=lin, schedule=earnest, **WORDS)
    assert first.amount_fen == earnest.amount_fen
    with pytest.raises(NothingToInvoice):
        actions.request_invoice(actor=lin, schedule=earnest, **WORDS)
    actions.refuse_invoice(actor=fang, invoice=first, reason="抬头不符")
    assert actions.request_invoice(actor=lin, schedule=earnest, **WORDS).amount_fen == earnest.amount_fen


def test_a_special_invoice_needs_a_tax_number_that_is_right(lin, payment, earnest):
    for number in ("", "91500118MA5U0G7Q00"):
        with pytest.raises(ValidationError):
            actions.request_invoice(actor=lin, schedule=earnest, **WORDS | {"kind": "special"}, tax_number=number)
    assert not InvoiceRequest.objects.exists()


def test_an_issued_invoice_is_sent_once_with_its_file(lin, fang, payment, earnest):
    request = actions.request_invoice(actor=lin, schedule=earnest, **WORDS)
    actions.issue_invoice(actor=fang, invoice=request, number="25502000", content=b"%PDF-1.4 x", ending="pdf")
    for _twice in range(2):
        actions.send_invoice(request.pk)
    sent = [one for one in mail.outbox if one.attachments]
    assert len(sent) == 1
    assert sent[0].attachments[0][0] == "25502000.pdf"
    with pytest.raises(AlreadyDone):
        actions.issue_invoice(actor=fang, invoice=request, number="2", content=b"%PDF-", ending="pdf")


def test_an_invoice_number_is_used_once(lin, fang, payment, earnest):
    request = actions.request_invoice(actor=lin, schedule=earnest, **WORDS)
    actions.issue_invoice(actor=fang, invoice=request, number="1", content=b"%PDF-", ending="pdf")
    other = InvoiceRequest.objects.create(
        organisation=request.organisation,
        purpose="x",
        subject_id=1,
        reference="B-1",
        amount_fen=1,
        requested_by=lin,
        **WORDS,
    )
    InvoiceRequest.objects.filter(pk=other.pk).update(purpose=earnest.purpose, subject_id=earnest.subject_id)
    with pytest.raises(ValidationError):
        actions.issue_invoice(actor=fang, invoice=other, number="1", content=b"%PDF-", ending="pdf")


@pytest.mark.parametrize("who", ["bo", "zhao", "mei", "gao"])
def test_nobody_else_asks_for_or_issues_an_invoice(who, lin, payment, earnest, request):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.request_invoice(actor=person, schedule=earnest, **WORDS)
    asked = actions.request_invoice(actor=lin, schedule=earnest, **WORDS)
    with pytest.raises(PermissionDenied):
        actions.issue_invoice(actor=person, invoice=asked, number="1", content=b"%PDF-", ending="pdf")


@pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font on this machine; CI installs one")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_receipt_is_a_pdf_with_the_amount_and_user_text_is_never_markup(payment, language, tmp_path):
    payment.payer = "#panic() *bold* $x$ 甲公司"
    with translation.override(language):
        content = render(papers.receipt(payment))
    assert content.startswith(b"%PDF-")
    (tmp_path / "r.pdf").write_bytes(content)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"], capture_output=True, text=True, check=False
    )
    if text.returncode == 0:
        assert "#panic()" in text.stdout
        assert f"{payment.amount_fen // 100:,}" in text.stdout


def test_a_statement_has_what_came_and_what_went_back(lin, fang, payment, earnest):
    refund = actions.request_refund(actor=fang, payment=payment, amount_fen=700, reason="x")
    actions.send_refund(refund.pk)
    lines = queries.account_statement(earnest.organisation, timezone.localdate())
    assert [line.amount_fen for line in lines] == [earnest.amount_fen, -700]
    assert lines == queries.account_statement(earnest.organisation, timezone.localdate(), reference=earnest.reference)
    paper = papers.statement(earnest.organisation, lines, month=timezone.localdate(), reference="")
    assert len(paper.rows) == 2


def test_no_cell_of_an_export_is_a_formula():
    import io

    row = ["=1+1", "+1", "-1", "@x", "\tx", "safe", 5]
    text = sheets.as_csv(["a"], [row]).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=1+1,'+1,'-1,'@x,'\tx,safe,5"
    sheet = load_workbook(io.BytesIO(sheets.as_xlsx(["a"], [row]))).active
    assert [cell.data_type for cell in sheet[2]][:5] == ["s"] * 5


RARE = "杨千𫰡"
NOWHERE = "𘚟"
"""A Tangut sign: no font that we name has it."""


def pdf_text(payer, payment):
    payment.payer = payer
    content = render(papers.receipt(payment))
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font on this machine; CI installs one")
def test_a_rare_sign_of_a_name_is_set_or_named_by_its_code(payment):
    text = pdf_text(RARE, payment)
    assert (RARE in text) != ("U+2BC21" in text), "either the sign stands there, or the paper says that it does not"


@pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font on this machine; CI installs one")
def test_a_sign_of_no_font_is_named_and_the_rest_of_the_name_stands(payment):
    text = pdf_text(f"甲{NOWHERE}乙公司", payment)
    assert f"U+{ord(NOWHERE):04X}" in text
    assert "乙公司" in text
    assert "U+" not in pdf_text("甲乙公司 €—", payment)


def test_a_receipt_names_who_was_paid_a_number_to_read_aloud_and_the_amount_in_capital_figures(payment):
    with translation.override("zh-hans"):
        facts = dict(papers.receipt(payment).facts)
    assert facts["收款单位"] == PayAccount.objects.get(active=True).holder
    assert re.fullmatch(r"SJ-20\d\d-\d{6}", facts["编号"])
    assert facts["金额大写"] == capital_yuan(payment.amount_fen)
    with translation.override("en"):
        assert not any("人民币" in value for _name, value in papers.receipt(payment).facts)
