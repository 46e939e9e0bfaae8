"""What every page of the finance desk shares: who is let in, one press, one press with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.http import MemberRequest
from portal.accounts.rules import may
from portal.core.errors import RuleViolation
from portal.payments import forms
from portal.ui.http import add_errors

from .paying import form_page, posted

View = Callable[..., HttpResponse]


def finance(view: View) -> View:
    """Let in the lot's finance; to anybody else who is signed in this page does not exist."""

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "payments.record"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def answer(request: MemberRequest, run: Callable[[], object], *, done: str, back: str) -> HttpResponse:
    """Run an action of one press and say what came of it."""
    try:
        run()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect(back)


def reasoned(
    request: MemberRequest, run: Callable[[str], object], *, heading: str, action: str, back: str, note: str = ""
) -> HttpResponse:
    """Ask for a reason, then run; refusals stand on the form."""
    form = forms.ReasonForm(posted(request)[0])
    return filled(
        request,
        form,
        lambda data: run(data["reason"]),
        done=_("Done."),
        heading=heading,
        action=action,
        back=back,
        note=note,
        danger=True,
    )


def filled(
    request: MemberRequest,
    form: Form,
    run: Callable[[dict[str, Any]], object],
    *,
    done: str | Callable[[Any], str],
    heading: str,
    action: str,
    back: str,
    note: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Run an action with what a form holds; refusals stand on the form, and what was typed stays.

    `done` is what to say then, or a function from what the action returned to that.
    """
    if request.method == "POST" and form.is_valid():
        try:
            outcome = run(form.cleaned_data)
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, done(outcome) if callable(done) else done)
            return redirect(back)
    return form_page(request, form, heading=heading, action=action, back=back, note=note, danger=danger)
