"""Demo money: a bank's statement to match, an invoice to issue, a refund that waits for a second person."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.payments import actions
from portal.payments.models import BankFormat, InvoiceRequest, Payment, Schedule

from . import marks

HEADER = "交易日期,借方发生额,贷方发生额,对方户名,对方账号,对方开户行,附言,交易流水号"


@transaction.atomic
def load(people: dict[str, User]) -> None:
    """Play a day of the lot's finance through the actions, once and whole."""
    if marks.is_loaded("money"):
        return
    marks.mark_loaded("money")
    if BankFormat.objects.exists():  # loaded before parts were marked
        return
    bank = actions.save_format(actor=people["fang"], name="示例银行", columns={})
    statement = actions.import_statement(
        actor=people["fang"], format=bank, content=export().encode("gbk"), name="示例银行流水.csv"
    )
    actions.read_statement(statement.pk)
    statement.refresh_from_db()
    actions.confirm_import(actor=people["fang"], statement=statement)
    actions.read_statement(statement.pk)
    invoice(people)
    refund(people)


def export() -> str:
    """Return a day of the account: two credits that fit, one that fits by payer and amount, one nobody knows."""
    today = timezone.localdate().isoformat()
    waiting = list(Schedule.objects.open().select_related("organisation").order_by("pk"))
    earnest = [due for due in waiting if due.kind == Schedule.Kind.EARNEST_MONEY][:2]
    balance = [due for due in waiting if due.kind == Schedule.Kind.BALANCE][:1]
    rows = ["账户明细（示例）,,,,,,,", HEADER]
    for number, due in enumerate([*earnest, *balance], start=1):
        memo = (
            f"{due.reference} 定金"
            if due in earnest[:1]
            else ("尾款" if due in balance else due.reference.replace("-", ""))
        )
        rows.append(
            f"{today},,{due.open_fen / 100:.2f},{due.organisation.name},6222000000{number:04d},示例银行,{memo},SL{number:06d}"
        )
    rows.append(f"{today},,15000.00,个人转账（示例）,6222000009999,示例银行,场地费,SL000009")
    rows.append(f"{today},1200.00,,物业公司（示例）,6222000008888,示例银行,水电,SL000010")
    return "\r\n".join(rows)


def invoice(people: dict[str, User]) -> None:
    """A company that paid asks for its invoice."""
    paid = Schedule.objects.filter(state=Schedule.State.PAID, organisation__memberships__user=people["he"]).first()
    if paid is None or InvoiceRequest.objects.exists():
        return
    company = paid.organisation
    actions.request_invoice(
        actor=people["he"],
        schedule=paid,
        kind=InvoiceRequest.Kind.ORDINARY,
        title=company.name,
        email=people["he"].email,
    )


def refund(people: dict[str, User]) -> None:
    """A refund above the limit: somebody else of finance has to approve it."""
    payment = Payment.objects.filter(state=Payment.State.SUCCEEDED).order_by("-applied_fen").first()
    if payment is None:
        return
    actions.request_refund(
        actor=people["fang"], payment=payment, amount_fen=payment.applied_fen // 2, reason="缩短两天（示例）",
        bank_holder=payment.schedule.organisation.name, bank_name="示例银行", bank_number="6222000000001111",
    )  # fmt: skip
