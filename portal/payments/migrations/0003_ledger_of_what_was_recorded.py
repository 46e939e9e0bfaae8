"""Payments recorded before there was a ledger count as received, and get their entry."""

from django.db import migrations
from django.db.models import F


def write(apps, schema_editor):
    Payment = apps.get_model("payments", "Payment")
    Transaction = apps.get_model("payments", "LedgerTransaction")
    Entry = apps.get_model("payments", "LedgerEntry")
    old = Payment.objects.filter(state="started", received_on__isnull=False)
    for payment in old.select_related("schedule").iterator(chunk_size=500):
        due = payment.schedule
        made = Transaction.objects.create(
            key=f"payment:{payment.uuid}", kind="payment", purpose=due.purpose, subject_id=due.subject_id,
            reference=due.reference, organisation_id=due.organisation_id, payment=payment, actor_id=payment.recorded_by_id,
        )
        Entry.objects.create(
            transaction=made, debit="bank", credit=f"held:{due.kind}", amount_fen=payment.amount_fen
        )
    old.update(state="succeeded", applied_fen=F("amount_fen"), settled_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_money_that_adds_up")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
