"""Listeners to allauth's signals."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest

from .models import User
from .second_factor import FACTOR


def connect() -> None:
    """Listen. Called from `ready()`."""
    authenticator_added.connect(factor_added, sender=Authenticator, dispatch_uid="accounts.factor_added")


def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever typed the first code of a new app has used the factor: asking again at once would refuse that code."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, FACTOR, id=authenticator.pk, type=authenticator.type, reauthenticated=True)
