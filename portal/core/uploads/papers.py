"""Documents: known by content, within limits, nothing a browser or an office would run."""

from __future__ import annotations

import os.path
import re
import zipfile
import zlib
from collections.abc import Collection
from io import BytesIO
from typing import BinaryIO, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .pdfs import check_pdf

DOCUMENTS: Final = (".pdf", ".docx", ".xlsx", ".csv", ".txt", ".zip")
MAX_ENTRIES: Final = 3000
MAX_UNPACKED: Final = 400 * 2**20
MAX_RATIO: Final = 200
PROLOG: Final = 64 * 1024
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
NEVER_IN_ZIP: Final = (
    ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".lnk", ".jar", ".html", ".htm", ".svg", ".hta", ".msi",
    ".com", ".wsf", ".docm", ".xlsm", ".pptm", ".dotm", ".xltm", ".xlam", ".app", ".apk", ".sh",
)  # fmt: skip
ARCHIVES: Final = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar")
MEANS: Final = {".docx": "word/", ".xlsx": "xl/"}
MACROS: Final = ("vbaproject.bin", "vbadata.xml")
ROOT: Final = re.compile(rb"<[A-Za-z_]")
ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
REMOTE: Final = re.compile(rb"attachedTemplate|oleObject|frame\"|subDocument")


def check_paper(file: BinaryIO, name: str, *, kinds: Collection[str] = DOCUMENTS, most: int | None = None) -> bytes:
    """Return the bytes of a document whose name ends on one of `kinds` and whose content agrees; `most` in bytes.

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
            raise _not_what_it_says(extension)
        if any(word in data[:1024].lower() for word in RUNS):
            raise _runs()
        check_pdf(data)
    elif extension in {".csv", ".tsv", ".txt"}:
        _check_text(data, extension)
    else:
        _check_zip(data, extension)
    return data


def _not_what_it_says(extension: str) -> ValidationError:
    return ValidationError(
        _("The content is not that of a %(extension)s file."), code="paper_content", params={"extension": extension}
    )


def _runs() -> ValidationError:
    return ValidationError(_("The file contains a program or script. Send it without."), code="paper_runs")


def _check_text(data: bytes, extension: str) -> None:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data.startswith(OTHERS):
        raise _not_what_it_says(extension)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            continue
        lower = text.lower().encode("utf-8", "replace")
        if any(word in lower for word in RUNS):
            raise _runs()
        return
    raise _not_what_it_says(extension)


def _check_zip(data: bytes, extension: str) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise _not_what_it_says(extension)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive, len(data), extension)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, IndexError, EOFError) as exc:
        raise _not_what_it_says(extension) from exc


def _check_entries(archive: zipfile.ZipFile, packed: int, extension: str) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > packed * MAX_RATIO:
        raise ValidationError(_("The archive unfolds to far too much."), code="paper_bomb")
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise ValidationError(_("The archive wants to write outside its folder."), code="paper_paths")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("The archive is locked with a password, so it cannot be checked."), code="paper_locked")
    low = [name.lower() for name in names]
    if folder := MEANS.get(extension):
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise _not_what_it_says(extension)
        _check_office(archive, entries)
    elif extension == ".ofd" and "OFD.xml" not in names:
        raise _not_what_it_says(extension)
    elif any(name.endswith(NEVER_IN_ZIP) for name in low):
        raise _runs()
    elif any(name.endswith(ARCHIVES) for name in low):
        raise ValidationError(
            _("There is another archive inside this one; it cannot be checked. Send its files."), code="paper_nested"
        )


def _check_office(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Raises `ValidationError` for macros, controls, embedded programs, remote templates and entities."""
    for entry in entries:
        name = entry.filename.lower()
        if name.endswith(MACROS) or "/activex/" in name or ("/embeddings/" in name and name.endswith((".bin", ".exe"))):
            raise _runs()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(entry) as part:
            head = part.read(PROLOG)
        if ENTITIES.search(head):
            raise _runs()
        if head and ROOT.search(head) is None:
            raise _not_what_it_says(os.path.splitext(name)[1])
        if name == "[content_types].xml" and b"macroenabled" in head.lower():
            raise _runs()
        if name.endswith(".rels") and b"External" in head and REMOTE.search(head):
            raise _runs()
