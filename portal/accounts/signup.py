"""Signing up when somebody else does so at the same moment. A module of its own: allauth's forms load `forms.py`."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from django.db import IntegrityError, transaction


class AddressForm(SignupForm):
    """Allauth's sign-up, also where two people (or two presses) register one address at the same moment."""

    def try_save(self, request: Any) -> Any:
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the other was a moment earlier: the same answer as a minute later
            self.account_already_exists = True
            return super().try_save(request)
