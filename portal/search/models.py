from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
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

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id"), name="search_document_once_a_record"),
            models.UniqueConstraint(fields=("seq",), name="search_number_used_once"),
        )
        indexes = (models.Index(fields=("kind", "seq"), name="search_document_by_number"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} #{self.seq}"


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
