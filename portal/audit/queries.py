"""Reads of the audit trail."""

from django.db import models

from .models import Event


def history(subject: models.Model) -> models.QuerySet[Event]:
    """Return what happened to one record, oldest first, actors loaded."""
    events = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    return events.select_related("actor").order_by("id")
