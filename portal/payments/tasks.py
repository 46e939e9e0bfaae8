from django_tasks import task

from . import actions


@task()
def process_event(event_id: int) -> None:
    """Work through one event of a provider."""
    actions.process_event(event_id)


@task()
def settle_payment(uuid: str) -> None:
    """Look one payment up at its provider."""
    actions.settle_payment(uuid)


@task()
def close_checkout(payment_id: int) -> None:
    """End a payment page that is not wanted any more."""
    actions.close_checkout(payment_id)


@task()
def send_refund(refund_id: int) -> None:
    """Give money back at the provider."""
    actions.send_refund(refund_id)


@task()
def read_statement(statement_id: int) -> None:
    """Read a bank statement, row by row."""
    actions.read_statement(statement_id)


@task()
def send_invoice(invoice_id: int) -> None:
    """Mail an issued invoice with its file."""
    actions.send_invoice(invoice_id)
