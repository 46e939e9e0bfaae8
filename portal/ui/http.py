"""Answers that the whole portal gives the same way."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from portal.core.errors import RuleViolation


def go_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect the browser, whether a full page or htmx asked.

    A plain 302 would make htmx paste the next page into the form's own place.
    """
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url(to, *args, **kwargs))
    return redirect(to, *args, **kwargs)


def add_errors(form: forms.BaseForm, refusal: RuleViolation | ValidationError) -> None:
    """Show a refusal beside the field it is about, else above the form."""
    if isinstance(refusal, RuleViolation):
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))
    elif hasattr(refusal, "error_dict"):
        for field, errors in refusal.error_dict.items():
            form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)
    else:
        form.add_error(None, refusal)
