"""Documents: known by content, within limits, nothing a browser or an office would run."""

from __future__ import annotations

import os.path
from collections.abc import Collection
from typing import BinaryIO, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .archives import check_archive
from .pdfs import check_pdf
from .refusals import not_what_it_says, runs

DOCUMENTS: Final = (".pdf", ".docx", ".xlsx", ".csv", ".txt", ".zip")
RUNS: Final = (
    b"<script",
    b"<html",
    b"<svg",
    b"<!doctype",
    b"<!entity",
    b"<iframe",
    b"<object",
    b"<embed",
    b"javascript:",
    b"<?php",
)
OTHERS: Final = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"Rar!",
    b"MZ",
    b"\x7fELF",
    b"#!",
)


def check_paper(file: BinaryIO, name: str, *, kinds: Collection[str] = DOCUMENTS, most: int | None = None) -> bytes:
    """Return the bytes to keep of a document whose name ends on one of `kinds` and whose content agrees; `most` in bytes.

    They are those that came, except that pictures inside no longer say where they were taken.

    Raises `ValidationError`, in the reader's language, where it is refused.
    """
    most = most or settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    file.seek(0)
    data = file.read(most + 1)
    extension = os.path.splitext(name)[1].lower()
    if not data:
        raise ValidationError(_("The file is empty."), code="paper_empty")
    if len(data) > most:
        raise ValidationError(
            _("The file is larger than %(limit)s."), code="paper_bytes", params={"limit": filesizeformat(most)}
        )
    if extension == ".xls":
        raise ValidationError(_("This is an old .xls file. Save it as .xlsx or .csv and try again."), code="paper_old")
    if extension not in kinds:
        names = ", ".join(kind.lstrip(".").upper() for kind in kinds)
        raise ValidationError(_("Send one of these: %(kinds)s."), code="paper_type", params={"kinds": names})
    if extension == ".pdf":
        if not data.startswith(b"%PDF-"):
            raise not_what_it_says(extension)
        if any(word in data[:1024].lower() for word in RUNS):
            raise runs()
        return check_pdf(data)
    if extension in {".csv", ".tsv", ".txt"}:
        _check_text(data, extension)
        return data
    return check_archive(data, extension)


def _check_text(data: bytes, extension: str) -> None:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data.startswith(OTHERS):
        raise not_what_it_says(extension)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            continue
        lower = text.lower().encode("utf-8", "replace")
        if any(word in lower for word in RUNS):
            raise runs()
        return
    raise not_what_it_says(extension)
