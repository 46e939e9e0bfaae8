"""Reads of places: what a page shows, loaded with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from media.models import PortalImage
from portal.search.queries import search, similar
from portal.search.query import Viewer, parse
from portal.search.spec import spec_of

from .errors import SearchAway
from .models import (
    Location,
    LocationBlackout,
    LocationCredit,
    LocationPhoto,
    LocationQuerySet,
    LocationRestriction,
    SavedSearch,
)

KIND = "place"
HOW_MANY_SIMILAR = 3


def visible(viewer: Viewer) -> LocationQuerySet:
    """Return the places a reader may see."""
    return Location.objects.visible_to(viewer.organisations, staff=viewer.staff)


def one_visible(slug: str, viewer: Viewer) -> Location:
    """Return a place. Raises `Http404` where it is not there or not theirs."""
    found = visible(viewer).filter(slug=slug).first()
    if found is None:
        raise Http404(slug)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A place with the pictures a page needs. A picture of elsewhere never stands for it."""

    place: Location
    photos: tuple[LocationPhoto, ...]
    taken: frozenset[int] = frozenset()
    """Pictures that stand for another place on the same screen."""

    @property
    def cover(self) -> LocationPhoto | None:
        """The first picture that shows this place and none other on the screen; nothing where it must be drawn."""
        return next((one for one in self.photos if one.shows_place and one.image_id not in self.taken), None)

    @property
    def rest(self) -> tuple[LocationPhoto, ...]:
        """The pictures that stand below the first ones; all of them below a drawing."""
        return self.photos[5:] if self.cover else self.photos

    @property
    def captured_on(self) -> date | None:
        """The day its own pictures were taken; a sample's day is no day of this place."""
        return self.place.captured_on if any(photo.shows_place for photo in self.photos) else None


def in_order(ids: Sequence[int], viewer: Viewer) -> list[Location]:
    """Return the places of search hits in their order, checked again: who may not see one never gets it. One query."""
    found = visible(viewer).in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


def with_covers(places: Iterable[Location]) -> list[Shown]:
    """Return places with their own picture and its sizes, each picture once. Two queries, however many there are."""
    places = list(places)
    own: dict[int, list[LocationPhoto]] = {}
    photos = LocationPhoto.objects.filter(location__in=[place.pk for place in places], shows_place=True)
    for photo in photos.order_by("location", "order", "pk").select_related("image"):
        own.setdefault(photo.location_id, []).append(photo)
    shown = once_each(Shown(place, tuple(own.get(place.pk, ()))) for place in places)
    prefetch_related_objects([one.cover.image for one in shown if one.cover], "renditions")
    return shown


def once_each(shown: Iterable[Shown], taken: frozenset[int] = frozenset()) -> list[Shown]:
    """Return places so that no picture stands for two of them: the later one takes its next, or is drawn."""
    out = []
    for one in shown:
        mine = replace(one, taken=taken)
        taken |= {mine.cover.image_id} if mine.cover else set()
        out.append(mine)
    return out


def matching(query: str, viewer: Viewer, *, most: int) -> list[int]:
    """Return the places that an address of the list finds for a reader, as it stands: nothing corrected or loosened.

    Raises `SearchAway` where no engine answers: nothing found would be untrue.
    """
    asked = parse(QueryDict(query), spec_of(KIND), viewer).request
    page = search(replace(asked, size=most, offset=0, facets=(), sort="relevance"), exactly=True, noted=False)
    if page.stale and not page.engine:
        raise SearchAway(_("The search does not answer right now. Try again in a minute."))
    return [hit.id for hit in page.hits]


def searches_by_mail(person_id: int) -> list[SavedSearch]:
    """Return a person's searches that mails are sent for, with the person, oldest first. One query."""
    rows = SavedSearch.objects.for_person(person_id).filter(by_mail=True)
    return list(rows.select_related("person").order_by("pk"))


def own_searches(person_id: int) -> list[SavedSearch]:
    """Return a person's saved searches. One query."""
    return list(SavedSearch.objects.for_person(person_id))


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days a place is not to be had, half-open; of a yearly rule those that are on or come next."""

    starts_on: date
    ends_on: date
    rule: LocationBlackout

    @property
    def reason(self) -> str:
        """Why, in the reader's language."""
        return str(self.rule.reason)


def blackouts_of(place: Location, today: date) -> list[Blackout]:
    """Return what is on or comes, the nearest first. One query."""
    rules = place.blackouts.filter(Q(ends_on__gt=today) | Q(yearly=True))
    coming = ((*rule.coming(today), rule) for rule in rules)
    return sorted((Blackout(start, end, rule) for start, end, rule in coming), key=lambda one: one.starts_on)


@dataclass(frozen=True, slots=True)
class PlacePage:
    """All that a place's own page shows."""

    shown: Shown
    similar: list[Shown]
    restrictions: list[LocationRestriction]
    blackouts: list[Blackout]
    credits: list[LocationCredit]


def place_page(place: Location, viewer: Viewer, today: date) -> PlacePage:
    """Return what the page of a place needs: eight queries, the search's own among them."""
    hits = similar(KIND, place.pk, viewer, limit=HOW_MANY_SIMILAR)
    others = in_order([hit.id for hit in hits], viewer)
    images = PortalImage.objects.with_renditions()
    rows = LocationPhoto.objects.filter(location__in=[place.pk, *(other.pk for other in others)])
    by_place: dict[int, list[LocationPhoto]] = {}
    for photo in rows.order_by("order", "pk").prefetch_related(Prefetch("image", images)):
        by_place.setdefault(photo.location_id, []).append(photo)
    photos = sorted(by_place.get(place.pk, ()), key=lambda photo: not photo.shows_place)
    return PlacePage(
        shown=Shown(place, tuple(photos)),
        similar=once_each(
            (Shown(other, tuple(by_place.get(other.pk, ()))) for other in others),
            frozenset(photo.image_id for photo in photos),
        ),
        restrictions=list(place.restrictions.all()),
        blackouts=blackouts_of(place, today),
        credits=list(place.credits.all()),
    )
