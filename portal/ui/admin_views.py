"""What the admin's create and edit views share where saving is an action that may say no."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from portal.core.errors import RuleViolation

from .http import add_errors


class RefusalInForm:
    """Before Wagtail's `CreateView` or `EditView`: what the action refuses stands in the form, and nothing typed is lost."""

    def form_valid(self: Any, form: Any) -> Any:
        """Save, or draw the form again with the refusal beside its field."""
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (RuleViolation, ValidationError) as refusal:
            self.show_refusal(form, refusal)
            return self.refused(form)

    def show_refusal(self, form: Any, refusal: RuleViolation | ValidationError) -> None:
        """Put the refusal into the form; a view whose form can say more of it does so here."""
        add_errors(form, refusal)

    def refused(self: Any, form: Any) -> Any:
        """Draw the form again; Wagtail wants the message that it would have made itself."""
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)
