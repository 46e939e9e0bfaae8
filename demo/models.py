"""What of the demonstration content was loaded already."""

from django.db import models


class SampleMark(models.Model):
    """One sample, or one part of the demo content, that was loaded. People may rename, change or delete the record."""

    key = models.CharField(max_length=160, unique=True)
    record = models.PositiveBigIntegerField(null=True)
    """Primary key of what was made; nothing for a whole part."""
    content = models.CharField(max_length=64, blank=True)
    """Sum over the sample's words as they were loaded."""
    version = models.PositiveIntegerField(null=True)
    """The record's own version after loading; a higher one says that a person changed it."""
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
