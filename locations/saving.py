"""Pages of saved searches: one's own, and the link that ends their mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import RuleViolation
from portal.search.query import Viewer, parse

from . import actions, listing, queries
from .forms import SaveSearchForm
from .models import SavedSearch
from .models.saved import LONGEST_QUERY
from .search import SPEC

if TYPE_CHECKING:
    from portal.accounts.models import User

HIGHEST = 2**31 - 1


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; `login_required` saw to it."""
    return cast("User", request.user)


@login_required
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """One's saved searches, each with what it asks."""
    rows = [(one, words_of(one.query)) for one in queries.own_searches(person_of(request).pk)]
    return render(request, "locations/searches.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Give a search a name and keep it."""
    asked = listing.clean_query(request.GET)[:LONGEST_QUERY]
    form = SaveSearchForm(request.POST or None, initial={"query": asked, "name": words_of(asked)[:80]})
    query = listing.clean_query(QueryDict((form["query"].value() or "")[:LONGEST_QUERY]))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.save_search(actor=person_of(request), name=said["name"], query=query, by_mail=said["by_mail"])
        except ValidationError as problem:
            form.add_error("name", problem.messages)
        except RuleViolation as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The search is saved."))
            return HttpResponseRedirect(reverse("locations:searches"))
    status = 422 if form.errors else 200
    return render(
        request, "locations/save_search.html", {"form": form, "words": words_of(query), "query": query}, status=status
    )


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn the mails of one's search on or off, or delete it. Another person's is 404."""
    person = person_of(request)
    one = get_object_or_404(SavedSearch.objects.for_person(person.pk), pk=min(pk, HIGHEST))
    try:
        if "delete" in request.POST:
            actions.delete_search(actor=person, search=one)
            messages.success(request, _("The search is deleted."))
        else:
            actions.set_search_mail(actor=person, search=one, by_mail=request.POST.get("mail") == "on")
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("locations:searches"))


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of a search by its link. Asks first: mail scanners open links."""
    try:
        one = actions.stop_search_mail(token=token) if request.method == "POST" else actions.search_of_link(token)
    except RuleViolation as refusal:
        raise Http404(str(refusal)) from refusal
    return render(request, "locations/stop_search.html", {"search": one, "stopped": not one.by_mail})


def words_of(query: str) -> str:
    """Return what a search asks, in the reader's language."""
    params = QueryDict(query)
    parsed = parse(params, SPEC, Viewer())
    said = [parsed.request.text, *(label for label, _href in listing.chips(listing.pairs(params), parsed))]
    return " · ".join(one for one in said if one) or _("All places")
