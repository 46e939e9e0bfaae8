"""Licences, insurance and pictures: files of vendors. Papers are private, pictures carry their rights."""

from __future__ import annotations

import io
import os.path
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from media.actions import add_document, add_picture
from media.models import PortalImage
from portal.accounts.rules import may, require
from portal.audit.actions import record
from portal.core.uploads import pictures
from portal.core.uploads.fields import PICTURES
from portal.search.actions import stage
from services.directory.models import Paper, Vendor, WorkPicture
from services.directory.rules import OFFER, VERIFY

from ._telling import tell_staff
from .entries import _own

if TYPE_CHECKING:
    from media.models import PortalDocument
    from portal.accounts.models import User

MOST_PAPERS, MOST_PICTURES = 20, 24
LONGEST_SIDE = 2400


@transaction.atomic
def add_paper(
    *,
    actor: User,
    vendor: Vendor,
    kind: str,
    title: str,
    number: str,
    expires_on: date | None = None,
    insured_fen: int | None = None,
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Paper:
    """Add a licence or an insurance policy; a photograph of it is kept as a PDF. Raises `ValidationError`."""
    own = _own(actor, vendor)
    if own.papers.count() >= MOST_PAPERS:
        raise ValidationError(_("At most %(count)s papers."), params={"count": MOST_PAPERS}, code="too_many")
    paper = Paper(vendor=own, kind=kind, title=title, number=number, expires_on=expires_on, insured_fen=insured_fen)
    paper.full_clean()
    if file is not None:
        paper.document = _kept_document(file, file_name, f"{own.slug} {title}"[:200], actor)
    paper.save()
    if own.is_public:
        if not own.needs_check:
            own.needs_check, own.submitted_at = Vendor.Changed.PAPER, timezone.now()
            own.save(update_fields=["needs_check", "submitted_at", "updated_at"])
        tell_staff("directory.changed_again", own)
    record("directory.paper_added", actor=actor, subject=own, paper=paper.pk, kind=kind)
    stage(own)
    return paper


@transaction.atomic
def remove_paper(*, actor: User, vendor: Vendor, paper: Paper) -> None:
    """Take a paper away, its checks too. A public entry then has to be looked at again."""
    own = _own(actor, vendor)
    record("directory.paper_removed", actor=actor, subject=own, paper=paper.pk, kind=paper.kind, number=paper.number)
    if own.is_public and paper.kind != Paper.Kind.INSURANCE:
        own.needs_check, own.state, own.submitted_at = Vendor.Changed.IDENTITY, Vendor.State.DUE, timezone.now()
        own.save(update_fields=["needs_check", "state", "submitted_at", "updated_at"])
    paper.delete()
    stage(own)


@transaction.atomic
def fetch_paper(*, actor: User, vendor: Vendor, paper: Paper) -> PortalDocument | None:
    """Hand out the file of a paper: to the entry's own people, and to the lot's verifiers, which leaves a trail."""
    if not may(actor, VERIFY):
        if vendor.organisation is None:
            require(actor, VERIFY)
        else:
            require(actor, OFFER, vendor.organisation)
    record("directory.paper_opened", actor=actor, subject=vendor, paper=paper.pk)
    return paper.document


@transaction.atomic
def add_work_picture(
    *, actor: User, vendor: Vendor, file: BinaryIO, file_name: str, subject: str, credit: str, licence: str
) -> WorkPicture:
    """Show a picture of one's work; says whose it is and on what terms. Raises `ValidationError`."""
    own = _own(actor, vendor)
    if own.pictures.count() >= MOST_PICTURES:
        raise ValidationError(_("At most %(count)s pictures."), params={"count": MOST_PICTURES}, code="too_many")
    image = add_picture(
        file=file,
        name=file_name,
        title=subject[:160],
        subject_zh=subject[:160],
        credit=credit,
        licence=licence,
        actor=actor,
        permitted=True,
    )
    return show_picture(actor=actor, vendor=own, image=image)


@transaction.atomic
def show_picture(*, actor: User, vendor: Vendor, image: PortalImage, shows_work: bool = True) -> WorkPicture:
    """Put a picture that is there already on an entry."""
    own = _own(actor, vendor)
    picture = WorkPicture(vendor=own, image=image, order=own.pictures.count(), shows_work=shows_work)
    picture.full_clean()
    picture.save()
    record("directory.picture_added", actor=actor, subject=own, image=image.pk)
    return picture


@transaction.atomic
def remove_work_picture(*, actor: User, vendor: Vendor, picture: WorkPicture) -> None:
    """Take a picture off an entry. The file stays with the lot's pictures until an editor removes it."""
    own = _own(actor, vendor)
    record("directory.picture_removed", actor=actor, subject=own, image=picture.image_id)
    picture.delete()


@transaction.atomic
def set_avatar(
    *, actor: User, vendor: Vendor, image: PortalImage | None = None, file: BinaryIO | None = None, file_name: str = ""
) -> PortalImage:
    """Give an entry a mark or portrait: a new file, or a picture that is there. Raises `ValidationError`."""
    own = _own(actor, vendor)
    if image is None:
        if file is None:
            raise ValidationError(_("Choose a picture."), code="required")
        image = add_picture(
            file=file,
            name=file_name,
            title=own.name_zh,
            subject_zh=own.name_zh,
            subject_en=own.name_en,
            credit=own.name_zh,
            actor=actor,
            permitted=True,
        )
    own.avatar = image
    own.save(update_fields=["avatar", "updated_at"])
    record("directory.avatar_changed", actor=actor, subject=own, image=image.pk)
    return image


@transaction.atomic
def drop_avatar(*, actor: User, vendor: Vendor) -> None:
    """Take the mark or portrait away."""
    own = _own(actor, vendor)
    own.avatar = None
    own.save(update_fields=["avatar", "updated_at"])
    record("directory.avatar_changed", actor=actor, subject=own, image=None)


def _kept_document(file: BinaryIO, name: str, title: str, actor: User) -> PortalDocument:
    """Take a paper's file in: a PDF as it is, a photograph cleaned and turned into one. Raises `ValidationError`."""
    extension = os.path.splitext(name)[1].lower()
    if extension in PICTURES:
        clean = pictures.examine(file, name)
        file, extension = _as_pdf(clean.content), ".pdf"
    if extension != ".pdf":
        raise ValidationError({"file": _("Send a PDF or a photograph (JPEG, PNG, HEIC, WebP).")}, code="paper_type")
    return add_document(file=file, name="paper.pdf", title=title, actor=actor, permitted=True)


def _as_pdf(content: bytes) -> BinaryIO:
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        flat = picture.convert("RGB")
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat.save(out, "PDF", quality=85, title="", author="")
    out.seek(0)
    return out
