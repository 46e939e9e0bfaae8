"""Writes of the newsroom beside Wagtail's own: people, copies for the press, what is told to whom, search documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from media.models import PortalImage
from media.renditions import press_copy
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.notifications.actions import notify
from portal.search.actions import stage, unstage as search_unstage
from portal.tasks.queue import enqueue

from . import queries
from .errors import PersonHasWritten
from .models import Person, PressCopy
from .rules import EDIT_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.accounts.models import User


@transaction.atomic
def save_person(*, actor: User, person: Person) -> Person:
    """Keep what is known of a person. Raises `PermissionDenied` and `ValidationError`."""
    require(actor, EDIT_PEOPLE)
    person.full_clean()
    person.save()
    record("pages.person_saved", actor=actor, subject=person, is_listed=person.is_listed)
    return person


@transaction.atomic
def delete_person(*, actor: User, person: Person) -> None:
    """Delete a person. Raises `PersonHasWritten` where articles name them, `PermissionDenied`."""
    require(actor, EDIT_PEOPLE)
    if person.written.exists():
        raise PersonHasWritten(_("Articles name this person. Take the name out there first, or hide the person."))
    record("pages.person_deleted", actor=actor, subject=person)
    person.delete()


@transaction.atomic
def ask_for_copies() -> None:
    """Have the copies of press pictures made; called where a kit went out or was taken down."""
    enqueue("cms.pages.tasks.release_pictures")


def release_pictures() -> int:
    """Make the copies that published kits need, and drop those that none needs. Returns how many were made.

    Twice does no harm. A picture that cannot be read is left out, and the trail says so.
    """
    wanted = queries.released_images()
    for copy in PressCopy.objects.exclude(image__in=wanted):
        _drop(copy)
    made = 0
    known = dict(PressCopy.objects.filter(image__in=wanted).values_list("image_id", "source_name"))
    for image in PortalImage.objects.filter(pk__in=wanted):
        if known.get(image.pk) != image.file.name:
            made += _release(image)
    return made


def _release(image: PortalImage) -> bool:
    """Make one copy outside the transaction, keep it inside."""
    source = image.file.name
    made = press_copy(image)
    with transaction.atomic():
        current = lock_rows(PortalImage, [image.pk]).get(image.pk)
        if made is None or current is None or current.file.name != source:
            record("pages.press_copy_failed", actor=None, subject=image)
            return False
        old = PressCopy.objects.filter(image=current).first()
        if old is not None and old.source_name == source:
            return False
        if old is not None:
            _drop(old)
        content, (width, height) = made
        copy = PressCopy(image=current, source_name=source, width=width, height=height, size=len(content))
        copy.file.save("copy.jpg", ContentFile(content), save=False)
        copy.full_clean()
        copy.save()
        record("pages.press_copy_released", actor=None, subject=image, bytes=copy.size)
    return True


@transaction.atomic
def _drop(copy: PressCopy) -> None:
    storage, name = copy.file.storage, str(copy.file.name)
    record("pages.press_copy_withdrawn", actor=None, subject=copy.image)
    copy.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def tell_reviewers(*, page: Page, reviewers: Iterable[User], editor: User | None, key: str) -> None:
    """Tell those who approve that a page waits for them."""
    others = [one for one in reviewers if one.is_active and (editor is None or one.pk != editor.pk)]
    _tell("pages.submitted", page, others, key, editor=editor)


@transaction.atomic
def tell_editor(*, event: str, page: Page, editor: User | None, by: User | None, key: str, comment: str = "") -> None:
    """Tell whoever submitted a page what became of it: `pages.approved` or `pages.returned`."""
    if editor is not None and editor.is_active and (by is None or by.pk != editor.pk):
        _tell(event, page, [editor], key, by=by, reason=comment)


def _tell(event: str, page: Page, people: Iterable[User], key: str, **more: Any) -> None:
    notify(event, recipients=people, path=f"/newsroom/{page.pk}/", once_key=key, page=page, **more)


@transaction.atomic
def restage_below(page: Page) -> int:
    """Tell the search what a page and all below it are now. Returns how many had changed."""
    below = Page.objects.filter(path__startswith=page.path, depth__gt=1).values("translation_key")
    rows = queries.first_versions().filter(translation_key__in=below)
    return sum(stage(one) is not None for one in rows.iterator(chunk_size=200))


@transaction.atomic
def restage(page: Page) -> None:
    """Tell the search what one page is now, in all its languages."""
    stage(queries.first_made(page))


@transaction.atomic
def unstage(page: Page) -> None:
    """Tell the search that a page is about to go."""
    search_unstage(page)


@transaction.atomic
def restage_left(page: Page) -> None:
    """Tell the search of the other languages of a page that is gone."""
    left = Page.objects.filter(translation_key=page.translation_key).order_by("pk").first()
    if left is not None:
        stage(left)
