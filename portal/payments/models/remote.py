from __future__ import annotations

from django.db import models


class FakeObject(models.Model):
    """What the test provider remembers on its side: sessions, refunds, disputes. No part of the lot's own books."""

    kind = models.CharField(max_length=10)
    ref = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=60, unique=True)
    payment_uuid = models.CharField(max_length=40, db_index=True)
    amount_fen = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, default="cny")
    state = models.CharField(max_length=12)
    method = models.CharField(max_length=60, default="card")
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} {self.state}"
