"""Reads about money."""

from django.db.models import QuerySet

from .models import PayAccount, Schedule


def schedules_of(purpose: str, subject_id: int) -> list[Schedule]:
    """Return what is due for a record, in order of date; one query."""
    return list(Schedule.objects.filter(purpose=purpose, subject_id=subject_id).exclude(state=Schedule.State.VOID))


def to_record() -> QuerySet[Schedule]:
    """Return the amounts that the lot's finance waits for, the most urgent first."""
    waiting = (Schedule.State.DUE, Schedule.State.PART_PAID)
    return Schedule.objects.filter(state__in=waiting).select_related("organisation").order_by("due_at", "pk")


def pay_account() -> PayAccount | None:
    """Return the account in use; one query."""
    return PayAccount.objects.filter(active=True).first()
