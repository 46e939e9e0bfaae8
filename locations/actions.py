"""Every write about places. The search learns of a change last, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.notifications.actions import notify
from portal.notifications.models import Notice
from portal.search.actions import stage, unstage
from portal.search.query import Viewer

from . import queries
from .errors import LocationIncomplete, SearchAway, SearchLinkUnusable, SearchTooWide, TooManySearches
from .models import Location, SavedFind, SavedSearch
from .rules import EDIT, MOST_FOUND, MOST_SAVED, lacks_text, viewer_of

SALT = "locations.saved_search"
TOLD_OF = 12  # places named in one mail; all are marked as told
CHILDREN = ("photos", "restrictions", "blackouts", "credits")
State = Location.State


@transaction.atomic
def create_location(*, actor: User, children: dict[str, list[Any]] | None = None, **fields: Any) -> Location:
    """Add a place. `children` are unsaved rows by relation (`photos`, `restrictions`, `blackouts`, `credits`).

    Raises `PermissionDenied`, `ValidationError`, and `LocationIncomplete` for a published place without a text.
    """
    return keep_location(actor=actor, location=Location(**fields), children=children)


@transaction.atomic
def update_location(
    *, actor: User, location: Location, children: dict[str, list[Any]] | None = None, **fields: Any
) -> Location:
    """Change a place; relations named in `children` are replaced. Raises as `create_location`."""
    for field, value in fields.items():
        setattr(location, field, value)
    return keep_location(actor=actor, location=location, children=children)


@transaction.atomic
def keep_location(*, actor: User, location: Location, children: dict[str, list[Any]] | None = None) -> Location:
    """Save a place as it stands in memory, rows too: the admin's form ends here. Raises as `create_location`."""
    require(actor, EDIT)
    for relation, rows in (children or {}).items():
        if relation not in CHILDREN:
            raise TypeError(f"{relation} is not a relation of a place")
        setattr(location, relation, rows)
    before = lock_rows(Location, [location.pk])[location.pk] if location.pk else None
    if location.state == State.PUBLISHED and lacks_text(location):
        raise LocationIncomplete(_("Write a description before you publish the place."), field="description_zh")
    location.full_clean()
    location.version = before.version + 1 if before else 1
    location.save()
    verb = "updated" if before else "created"
    record(f"locations.{verb}", actor=actor, subject=location, version=location.version)
    _record_state(actor, location, before.state if before else State.DRAFT)
    stage(location)
    return location


def _record_state(actor: User, location: Location, before: str) -> None:
    if location.state != before:
        record(f"locations.{_VERBS[location.state]}", actor=actor, subject=location, before=before)


_VERBS: dict[str, str] = {State.PUBLISHED: "published", State.HIDDEN: "hidden", State.DRAFT: "withdrawn"}


def publish_location(*, actor: User, location: Location) -> Location:
    """Let people find a place. Raises `PermissionDenied` and `LocationIncomplete`."""
    return _to_state(actor=actor, location=location, state=State.PUBLISHED)


def hide_location(*, actor: User, location: Location) -> Location:
    """Take a place away from everybody's eyes; it is gone with the next request. Raises `PermissionDenied`."""
    return _to_state(actor=actor, location=location, state=State.HIDDEN)


@transaction.atomic
def _to_state(*, actor: User, location: Location, state: str) -> Location:
    require(actor, EDIT)
    before = lock_rows(Location, [location.pk])[location.pk]
    if state == State.PUBLISHED and lacks_text(before):
        raise LocationIncomplete(_("Write a description before you publish the place."), field="description_zh")
    location.refresh_from_db()
    if before.state == state:
        return location
    location.state, location.version = state, before.version + 1
    location.full_clean()
    location.save(update_fields=["state", "version", "updated_at"])
    _record_state(actor, location, before.state)
    stage(location)
    return location


@transaction.atomic
def delete_location(*, actor: User, location: Location) -> None:
    """Remove a place for good. Raises `PermissionDenied`, and `ProtectedError` where something hangs on it."""
    require(actor, EDIT)
    record("locations.deleted", actor=actor, subject=location)
    unstage(location)
    location.delete()


def save_search(*, actor: User, name: str, query: str, by_mail: bool = True) -> SavedSearch:
    """Keep a search. What fits now is known already: mails tell of what comes. Must be called outside a transaction.

    Raises `PermissionDenied` for visitors, `ValidationError`, `TooManySearches`, `SearchTooWide`, `SearchAway`.
    """
    if not actor.is_authenticated:
        raise PermissionDenied
    if not query:
        raise SearchTooWide(_("Choose a word or a filter first; this search finds every place."), field="name")
    found = queries.matching(query, viewer_of(actor), most=MOST_FOUND + 1)
    if len(found) > MOST_FOUND:
        raise SearchTooWide(
            _("This finds more than %(most)s places. Narrow it, then save it.") % {"most": MOST_FOUND}, field="name"
        )
    return _keep_search(SavedSearch(person=actor, name=" ".join(name.split()), query=query, by_mail=by_mail), found)


@transaction.atomic
def _keep_search(search: SavedSearch, found: list[int]) -> SavedSearch:
    lock_rows(User, [search.person_id])
    if SavedSearch.objects.for_person(search.person_id).count() >= MOST_SAVED:
        raise TooManySearches(_("You keep %(most)s searches already. Delete one first.") % {"most": MOST_SAVED})
    search.full_clean()
    search.save()
    _know(search, found)
    record("locations.search_saved", actor=search.person, subject=search, by_mail=search.by_mail)
    return search


@transaction.atomic
def delete_search(*, actor: User, search: SavedSearch) -> None:
    """Forget a search. Raises `PermissionDenied` for anybody but its owner."""
    _require_own(actor, search)
    record("locations.search_deleted", actor=actor, subject=search)
    search.delete()


def set_search_mail(*, actor: User, search: SavedSearch, by_mail: bool) -> None:
    """Turn the mails of a search on or off. What came meanwhile is known then. Must be called outside a transaction.

    Raises `PermissionDenied`, `SearchAway`.
    """
    _require_own(actor, search)
    again = by_mail and not search.by_mail
    found = queries.matching(search.query, viewer_of(actor), most=MOST_FOUND) if again else []
    with transaction.atomic():
        _know(search, found)
        _set_mail(search, by_mail=by_mail, actor=actor)


@transaction.atomic
def stop_search_mail(*, token: str) -> SavedSearch:
    """Turn the mails of a search off by the link in one of them; again without harm. Raises `SearchLinkUnusable`."""
    search = search_of_link(token)
    _set_mail(search, by_mail=False, actor=None)
    return search


def search_of_link(token: str) -> SavedSearch:
    """Return the search of a link. Raises `SearchLinkUnusable` for one that is not ours or whose search is gone."""
    try:
        pk = signing.loads(token[:200], salt=SALT)
    except signing.BadSignature as exc:
        raise SearchLinkUnusable(_("This link cannot be used any more.")) from exc
    search = SavedSearch.objects.filter(pk=pk).first()
    if search is None:
        raise SearchLinkUnusable(_("This search is deleted; no more mails come."))
    return search


def _require_own(actor: User, search: SavedSearch) -> None:
    if search.person_id != actor.pk:
        raise PermissionDenied


def _set_mail(search: SavedSearch, *, by_mail: bool, actor: User | None) -> None:
    if search.by_mail != by_mail:
        search.by_mail = by_mail
        search.save(update_fields=["by_mail"])
        record("locations.search_mail_set", actor=actor, subject=search, by_mail=by_mail)


def _know(search: SavedSearch, ids: Iterable[int], *, told: bool = False) -> None:
    rows = [SavedFind(search=search, location_id=pk, told=told) for pk in ids]
    SavedFind.objects.bulk_create(rows, ignore_conflicts=True)


def tell_saved_searches() -> int:
    """Tell people of places that are new in their searches: each once, one mail a day at most. Returns how many mails.

    Must be called outside a transaction: the index is brought up to date first.
    """
    people = SavedSearch.objects.filter(by_mail=True, person__is_active=True).values_list("person_id", flat=True)
    return sum(_look_for(pk) for pk in sorted(set(people.order_by())))


def _look_for(person_id: int) -> bool:
    """Search for one person, then tell; nothing where they were told today or the search is away."""
    key = f"saved-searches:{timezone.localdate().isoformat()}"
    if Notice.objects.filter(recipient=person_id, once_key=key).exists():
        return False
    searches = list(queries.searches_by_mail(person_id))
    viewer = viewer_of(searches[0].person) if searches else Viewer()
    try:
        found = {one.pk: queries.matching(one.query, viewer, most=MOST_FOUND) for one in searches}
    except SearchAway:
        return False
    return _tell(person_id, viewer, found, key)


@transaction.atomic
def _tell(person_id: int, viewer: Viewer, found: dict[int, list[int]], key: str) -> bool:
    lock_rows(SavedSearch, found)
    if Notice.objects.filter(recipient=person_id, once_key=key).exists():
        return False
    news: list[dict[str, Any]] = []
    seen: set[int] = set()
    searches = [one for one in queries.searches_by_mail(person_id) if one.pk in found]
    for search in searches:
        known = set(search.finds.values_list("location_id", flat=True))
        fresh = queries.in_order([pk for pk in found[search.pk] if pk not in known], viewer)
        if not fresh:
            continue
        _know(search, [place.pk for place in fresh], told=True)
        record("locations.search_told", actor=None, subject=search, places=[place.pk for place in fresh][:50])
        seen |= {place.pk for place in fresh}
        with translation.override(search.person.language):
            stop = reverse("locations:stop_search", args=[signing.dumps(search.pk, salt=SALT)])
        news.append({"search": search, "places": fresh[:TOLD_OF], "stop": f"{settings.PORTAL_BASE_URL}{stop}"})
    if news:
        person, path = news[0]["search"].person, "/locations/saved/"
        notify("locations.places_found", recipients=[person], path=path, once_key=key, news=news, count=len(seen))
    return bool(news)
