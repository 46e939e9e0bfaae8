"""Every write to pictures and documents; the admin's forms come through here too."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Collection, ReferenceIndex

from portal.audit.actions import record
from portal.core.uploads import pictures
from portal.core.uploads.papers import check_paper
from portal.tasks.queue import enqueue

from . import renditions, rules
from .errors import PictureInUse
from .models import PortalDocument, PortalImage

if TYPE_CHECKING:
    from portal.accounts.models import User

RIGHTS = ("title", "subject_zh", "subject_en", "kind", "credit", "licence", "licence_url", "source_url", "captured_on")


@transaction.atomic
def add_picture(
    *,
    file: BinaryIO,
    name: str,
    title: str,
    actor: User,
    subject_zh: str = "",
    subject_en: str = "",
    kind: str = PortalImage.Kind.PHOTO,
    credit: str = "",
    licence: str = "",
    licence_url: str = "",
    source_url: str = "",
    captured_on: date | None = None,
    keep_position: bool = False,
    for_place: bool = False,
    permitted: bool = False,
    collection: Collection | None = None,
    later: bool = True,
) -> PortalImage:
    """Take a picture in. `permitted`: the caller's own rule has allowed it (a company's shelf, a recce).

    `later=False` leaves the sizes to the caller. Raises `ValidationError` where the file is refused or a fact is
    wrong, `PermissionDenied` where `actor` may not add pictures.
    """
    if not permitted and not rules.may_add(actor):
        raise PermissionDenied(_("Your role does not allow this."))
    clean = pictures.examine(file, name, for_place=for_place)
    image = PortalImage(
        title=title[:255],
        subject_zh=subject_zh,
        subject_en=subject_en,
        kind=kind,
        credit=credit,
        licence=licence,
        licence_url=licence_url,
        source_url=source_url,
        captured_on=captured_on,
        collection=collection or Collection.get_first_root_node(),
    )
    image.file = ContentFile(clean.content, name="picture" + clean.suffix)
    return store_new(image=image, clean=clean, actor=actor, keep_position=keep_position, later=later)


@transaction.atomic
def store_new(
    *,
    image: PortalImage,
    clean: pictures.CleanPicture,
    actor: User | None,
    keep_position: bool = False,
    later: bool = True,
) -> PortalImage:
    """Save a picture whose file went through the door for uploads, and have its sizes made. Raises `ValidationError`."""
    image.uploaded_by_user = actor
    describe(image, clean, keep_position=keep_position)
    image.full_clean(exclude=["collection", "uploaded_by_user"])
    image.save()
    record("media.picture_added", actor=actor, subject=image, bytes=image.file_size, kind=image.kind)
    if later:
        enqueue("media.tasks.make_renditions", image.pk)
    return image


def describe(image: PortalImage, clean: pictures.CleanPicture, *, keep_position: bool) -> None:
    """Write what intake saw on the unsaved picture."""
    facts = clean.facts
    image.width, image.height = clean.width, clean.height
    image.tone, image.placeholder, image.phash = clean.tone, clean.placeholder, clean.phash
    image.camera = facts.camera
    image.captured_on = image.captured_on or facts.captured_on
    image.gps_lat, image.gps_lng = facts.position if keep_position and facts.position else (None, None)
    image.state = PortalImage.State.PENDING
    image._set_image_file_metadata()


@transaction.atomic
def replace_file(
    *, image: PortalImage, file: BinaryIO, name: str, actor: User, keep_position: bool = False, for_place: bool = False
) -> PortalImage:
    """Put another file in the picture's place. Raises `ValidationError`, `PermissionDenied`."""
    if not rules.may_change(actor, image):
        raise PermissionDenied(_("Your role does not allow this."))
    clean = pictures.examine(file, name, for_place=for_place)
    old = image.file.name
    image.captured_on = None
    image.file = ContentFile(clean.content, name="picture" + clean.suffix)
    return store_replaced(image=image, old=old, clean=clean, actor=actor, keep_position=keep_position)


@transaction.atomic
def store_replaced(
    *, image: PortalImage, old: str, clean: pictures.CleanPicture, actor: User | None, keep_position: bool = False
) -> PortalImage:
    """Save a picture whose new file went through the door for uploads; the old file and its sizes go. Raises `ValidationError`."""
    describe(image, clean, keep_position=keep_position)
    image.full_clean(exclude=["collection", "uploaded_by_user"])
    image.save()
    storage = image.file.storage
    transaction.on_commit(lambda: storage.delete(old))
    for rendition in image.renditions.all():
        rendition.delete()
    record("media.picture_replaced", actor=actor, subject=image, bytes=image.file_size)
    enqueue("media.tasks.make_renditions", image.pk)
    return image


@transaction.atomic
def set_rights(*, image: PortalImage, actor: User | None, **changes: Any) -> PortalImage:
    """Change what is known about a picture (`RIGHTS`).

    Raises `TypeError` for another field, `ValidationError`, `PermissionDenied`.
    """
    if unknown := set(changes) - set(RIGHTS):
        raise TypeError(f"not a matter of rights: {sorted(unknown)}")
    if actor is not None and not rules.may_change(actor, image):
        raise PermissionDenied(_("Your role does not allow this."))
    for field, value in changes.items():
        setattr(image, field, value)
    return store_details(image=image, actor=actor, changed=sorted(changes))


@transaction.atomic
def store_details(*, image: PortalImage, actor: User | None, changed: list[str]) -> PortalImage:
    """Save a picture whose words have changed. Raises `ValidationError`."""
    image.full_clean(exclude=["collection", "uploaded_by_user", "file"])
    image.save()
    record("media.picture_described", actor=actor, subject=image, fields=changed)
    return image


@transaction.atomic
def delete_picture(*, image: PortalImage, actor: User) -> None:
    """Delete a picture and its sizes. Raises `PictureInUse` where a page or record shows it, `PermissionDenied`."""
    if not rules.may_change(actor, image):
        raise PermissionDenied(_("Your role does not allow this."))
    if ReferenceIndex.get_references_to(image).exists():
        raise PictureInUse(_("This picture is still shown somewhere. Take it out there first."))
    record("media.picture_deleted", actor=actor, subject=image)
    image.delete()


def make_renditions(image_id: int) -> int:
    """Make the sizes a page needs at once, then ask for the smaller AVIF ones. Returns how many were made.

    A picture that cannot be drawn is marked as refused, and the trail says why.
    """
    image = PortalImage.objects.filter(pk=image_id).first()
    if image is None or image.state == PortalImage.State.REFUSED:
        return 0
    try:
        made = renditions.make(image)
    except FileNotFoundError:
        raise
    except pictures.UNREADABLE as exc:
        _refuse(image, exc)
        return 0
    with transaction.atomic():
        fresh = PortalImage.objects.filter(pk=image_id, file=image.file.name)
        if fresh.exclude(state=PortalImage.State.READY).update(state=PortalImage.State.READY):
            record("media.picture_ready", actor=None, subject=image, sizes=made)
            enqueue("media.tasks.make_avif", image_id)
    return made


@transaction.atomic
def _refuse(image: PortalImage, reason: Exception) -> None:
    PortalImage.objects.filter(pk=image.pk, file=image.file.name).update(state=PortalImage.State.REFUSED)
    record("media.picture_refused", actor=None, subject=image, reason=type(reason).__name__)


def make_avif(image_id: int) -> int:
    """Make the AVIF sizes of a ready picture and return how many. A failure leaves WebP and JPEG in place."""
    image = PortalImage.objects.ready().filter(pk=image_id).first()
    return renditions.make(image, ("avif",)) if image else 0


@transaction.atomic
def store_document(*, document: PortalDocument, actor: User | None, new: bool, old: str = "") -> PortalDocument:
    """Save a document whose file went through the door for uploads; a replaced file goes. Raises `ValidationError`."""
    if new:
        document.uploaded_by_user = actor
    document.full_clean(exclude=["collection", "uploaded_by_user", "file"])
    document.save()
    if old and old != document.file.name:
        storage = document.file.storage
        transaction.on_commit(lambda: storage.delete(old))
    record(
        "media.document_added" if new else "media.document_changed",
        actor=actor,
        subject=document,
        is_public=document.is_public,
    )
    return document


@transaction.atomic
def add_document(
    *, file: BinaryIO, name: str, title: str, actor: User, is_public: bool = False, permitted: bool = False
) -> PortalDocument:
    """Take a document in. Raises `ValidationError` where the file is refused, `PermissionDenied`."""
    if not permitted and not rules.may_add(actor):
        raise PermissionDenied(_("Your role does not allow this."))
    content = check_paper(file, name)
    document = PortalDocument(title=title[:255], is_public=is_public, collection=Collection.get_first_root_node())
    document.file = ContentFile(content, name=name)
    document._set_document_file_metadata()
    if not document.file_size:
        raise ValidationError(_("The file is empty."), code="paper_empty")
    return store_document(document=document, actor=actor, new=True)
