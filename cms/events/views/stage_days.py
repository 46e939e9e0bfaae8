"""Days of stages that film week asks for while crews hold them; a stage manager answers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.events import actions, queries
from cms.events.forms import StageDayForm
from cms.events.models import StageRequest
from portal.accounts.http import MemberRequest
from portal.core.errors import RuleViolation
from portal.ui.http import add_errors

from .guards import stage_manager


@stage_manager
@require_safe
def stage_days(request: MemberRequest) -> HttpResponse:
    """What film week asks for, with the crews that would be displaced."""
    return page(request)


def page(request: MemberRequest, pk: int | None = None, form: StageDayForm | None = None) -> HttpResponse:
    """Draw the list; `form` is the one of request `pk` that was refused."""
    rows = [
        (asked, form if asked.request.pk == pk else StageDayForm(prefix=f"day-{asked.request.pk}"))
        for asked in queries.asked_days(timezone.now())
    ]
    return render(request, "events/desk/stage_days.html", {"rows": rows}, status=422 if form else 200)


@stage_manager
@require_POST
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the day to the film week, or keep it for the crews."""
    asked = get_object_or_404(StageRequest.objects.select_related("edition", "resource"), pk=pk)
    form = StageDayForm(request.POST, prefix=f"day-{pk}")
    if not form.is_valid():
        return page(request, pk, form)
    words = form.cleaned_data["answer"]
    give = form.cleaned_data["decision"] == StageDayForm.GIVE
    try:
        if give:
            actions.give_stage_day(actor=request.user, request=asked, message=words)
        else:
            actions.refuse_stage_day(actor=request.user, request=asked, reason=words)
    except (RuleViolation, ValidationError) as refusal:
        add_errors(form, refusal)
        return page(request, pk, form)
    done = _("The day belongs to the film week; the crews are told.") if give else _("The crews keep the day.")
    messages.success(request, done)
    return redirect("events:stage_days")
