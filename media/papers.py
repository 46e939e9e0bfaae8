"""The door for documents: known by content, within limits, nothing a browser would run."""

from __future__ import annotations

import os.path
import zipfile
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

MAX_ENTRIES = 3000
MAX_UNPACKED = 400 * 2**20
MAX_RATIO = 200
RUNS = (b"<script", b"<html", b"<svg", b"<!doctype", b"<iframe", b"<object", b"javascript:")
PDF_RUNS = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/RichMedia")
NEVER_IN_ZIP = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".lnk", ".jar", ".html", ".htm", ".svg")
MEANS = {".docx": "word/", ".xlsx": "xl/"}


def check_paper(file: BinaryIO, name: str) -> bytes:
    """Return the document's bytes. Raises `ValidationError`, in the reader's language, where it is refused."""
    file.seek(0)
    data = file.read(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE + 1)
    extension = os.path.splitext(name)[1].lower()
    if not data:
        raise ValidationError(_("The file is empty."), code="paper_empty")
    if len(data) > settings.WAGTAILDOCS_MAX_UPLOAD_SIZE:
        limit = filesizeformat(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
        raise ValidationError(_("The file is larger than %(limit)s."), code="paper_bytes", params={"limit": limit})
    if extension == ".pdf":
        _check_pdf(data)
    elif extension in {".docx", ".xlsx", ".zip"}:
        _check_zip(data, extension)
    elif extension in {".csv", ".txt"}:
        _check_text(data)
    else:
        raise ValidationError(_("Send a PDF, DOCX, XLSX, CSV, TXT or ZIP file."), code="paper_type")
    return data


def _not_what_it_says(extension: str) -> ValidationError:
    return ValidationError(
        _("The content is not that of a %(extension)s file."), code="paper_content", params={"extension": extension}
    )


def _runs() -> ValidationError:
    return ValidationError(_("The file contains a program or script. Send it without."), code="paper_runs")


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise _not_what_it_says(".pdf")
    if any(word in data for word in PDF_RUNS) or any(word in data[:1024].lower() for word in RUNS):
        raise _runs()


def _check_text(data: bytes) -> None:
    if b"\0" in data:
        raise _not_what_it_says(".txt")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            data.decode("gb18030")
        except UnicodeDecodeError as exc:
            raise _not_what_it_says(".txt") from exc
    lower = data.lower()
    if any(word in lower for word in RUNS):
        raise _runs()


def _check_zip(data: bytes, extension: str) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise _not_what_it_says(extension)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError) as exc:
        raise _not_what_it_says(extension) from exc
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > len(data) * MAX_RATIO:
        raise ValidationError(_("The archive unfolds to far too much."), code="paper_bomb")
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise ValidationError(_("The archive wants to write outside its folder."), code="paper_paths")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("The archive is locked with a password, so it cannot be checked."), code="paper_locked")
    if folder := MEANS.get(extension):
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise _not_what_it_says(extension)
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise _runs()
    elif any(name.lower().endswith(NEVER_IN_ZIP) for name in names):
        raise _runs()
