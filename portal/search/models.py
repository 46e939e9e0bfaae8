from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_lineage() -> str:
    """Return a name for this database's history, so that an index of another history is told apart."""
    return uuid.uuid4().hex


class SearchSequence(models.Model):
    """One row: the number of the last change, and the history it belongs to. Its lock makes numbers gap-free."""

    value = models.PositiveBigIntegerField(default=0)
    lineage = models.CharField(max_length=32, default=new_lineage)

    class Meta:
        constraints = (models.CheckConstraint(name="search_sequence_is_one_row", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return str(self.value)


class SearchDocument(models.Model):
    """The outbox: what a record is for the search, with the number of its last change."""

    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    seq = models.PositiveBigIntegerField()
    payload = models.JSONField(default=dict, blank=True)
    deleted = models.BooleanField(default=False)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id"), name="search_document_once_a_record"),
            models.UniqueConstraint(fields=("seq",), name="search_number_used_once"),
        )
        indexes = (models.Index(fields=("kind", "seq"), name="search_document_by_number"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} #{self.seq}"


class SearchPoison(models.Model):
    """A document that an engine could not take: set aside, so that it stops nobody."""

    engine = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    seq = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("engine", "kind", "object_id"), name="search_poison_once_a_record"),
        )

    def __str__(self) -> str:
        return f"{self.engine}: {self.kind} {self.object_id} #{self.seq}"


class SearchNote(models.Model):
    """What was asked in vain or slowly, by text and never by person. Filled by the clock from what processes noted."""

    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=60)
    empty = models.PositiveIntegerField(default=0)
    slow = models.PositiveIntegerField(default=0)
    slowest_ms = models.PositiveIntegerField(default=0)
    last_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "text"), name="search_note_once_a_text"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Synonym(models.Model):
    """Words that mean the same to a scout; each finds what the others find. No reindexing needed."""

    words = models.CharField(
        _("words"),
        max_length=300,
        unique=True,
        help_text=_("Two words or more that mean the same, with commas between."),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ("words",)

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Raise `ValidationError` where there is nothing to be the same as."""
        if len(self.members()) < 2:
            raise ValidationError({"words": _("Give two words or more, with commas between.")})

    def members(self) -> list[str]:
        """Return the words one by one."""
        parts = self.words.replace("，", ",").replace("、", ",").split(",")
        return [part.strip() for part in parts if part.strip()]
