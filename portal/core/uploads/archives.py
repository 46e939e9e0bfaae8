"""Archives and the files of offices, which are archives: within limits, nothing that runs, and nothing that says where.

What lies inside is judged as it would be by itself: a PDF in a ZIP, a sheet in a document.
"""

from __future__ import annotations

import copy
import os.path
import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import pdfs, positions, rewriting
from .refusals import nested, not_what_it_says, runs, unfolds

MAX_ENTRIES: Final = 3000
MAX_UNPACKED: Final = 400 * 2**20
MAX_RATIO: Final = 200
MAX_PICTURE: Final = 100 * 2**20
MAX_PDFS: Final = 30
MAX_DEPTH: Final = 2  # a sheet in a document in an archive
PROLOG: Final = 64 * 1024
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
WRITTEN: Final = (".xml", ".rels", ".vml", ".txt", ".csv")
SIGNATURES: Final = ("_xmlsignatures/", "signs/")


@dataclass
class Left:
    """What may still be unpacked and looked through of one upload, with everything inside it."""

    unpacked: int = MAX_UNPACKED
    pdfs: int = MAX_PDFS


def check_archive(data: bytes, extension: str, left: Left | None = None, depth: int = 0) -> bytes:
    """Return the bytes to keep of a sound archive: those that came, or packed anew where a picture said where it was taken.

    Raises `ValidationError`.
    """
    if not data.startswith(b"PK\x03\x04"):
        raise not_what_it_says(extension)
    left = left or Left()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            left.unpacked -= sum(entry.file_size for entry in archive.infolist())
            if left.unpacked < 0:
                raise unfolds()
            _check_entries(archive, len(data), extension)
            changed = _without_positions(archive, left, depth)
            return _packed_anew(archive, changed) if changed else data
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, IndexError, EOFError) as exc:
        raise not_what_it_says(extension) from exc


def _without_positions(archive: zipfile.ZipFile, left: Left, depth: int) -> dict[int, bytes]:
    """Return what has to change, by the place of the entry."""
    changed: dict[int, bytes] = {}
    entries = archive.infolist()
    signed = any(
        entry.filename.lower().startswith(SIGNATURES) or "/signs/" in entry.filename.lower() for entry in entries
    )
    for number, entry in enumerate(entries):
        if entry.is_dir() or entry.filename.lower().endswith(WRITTEN):
            continue
        if entry.file_size > MAX_PICTURE:
            raise unfolds()
        content = archive.read(entry)
        kept = _without_position(content, entry.filename, left, depth)
        if kept != content:
            if signed:
                raise _says_where(entry.filename)
            changed[number] = kept
    return changed


def _without_position(content: bytes, name: str, left: Left, depth: int) -> bytes:
    """Return a file of an archive without its position. Raises `ValidationError` where it cannot be taken out."""
    if content.startswith(b"PK\x03\x04"):
        if depth == MAX_DEPTH:
            raise nested()
        return check_archive(content, os.path.splitext(name)[1].lower(), left, depth + 1)
    if content.startswith(b"%PDF-"):
        left.pdfs -= 1
        if left.pdfs < 0:
            raise ValidationError(
                _("There are more than %(most)s PDFs in the archive. Send them in several."),
                code="paper_many",
                params={"most": MAX_PDFS},
            )
        return pdfs.check_pdf(content)
    kept = positions.forget(content)
    if not positions.says_where(kept):
        return kept
    kind = rewriting.kind_of(content)
    if kind not in {"PNG", "WEBP"}:
        raise _says_where(name)
    try:
        return rewriting.rewrite(content, kind)
    except (rewriting.Damaged, rewriting.Moving, rewriting.Oversized) as exc:
        raise _says_where(name) from exc


def _says_where(name: str) -> ValidationError:
    return ValidationError(
        _(
            "%(name)s inside tells where it was taken, and this cannot be taken out here. Save it without its position and try again."
        ),
        code="paper_placed",
        params={"name": os.path.basename(name)},
    )


def _packed_anew(archive: zipfile.ZipFile, changed: dict[int, bytes]) -> bytes:
    """Return the archive with other content in some places, in the same order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number, entry in enumerate(archive.infolist()):
            twin = copy.copy(entry)
            if not entry.flag_bits & 0x800:  # the sign of UTF-8
                twin.filename = _chinese(entry.filename)
            twin.extra = b""  # sizes and second names of the old one
            packed.writestr(twin, changed[number] if number in changed else archive.read(entry))
    return out.getvalue()


def _chinese(name: str) -> str:
    """Return a file's name that Windows in Chinese wrote in GBK and Python has read as cp437."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _check_entries(archive: zipfile.ZipFile, packed: int, extension: str) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > packed * MAX_RATIO:
        raise unfolds()
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise ValidationError(_("The archive wants to write outside its folder."), code="paper_paths")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("The archive is locked with a password, so it cannot be checked."), code="paper_locked")
    low = [name.lower() for name in names]
    if folder := MEANS.get(extension):
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise not_what_it_says(extension)
        _check_office(archive, entries)
    elif extension == ".ofd" and "OFD.xml" not in names:
        raise not_what_it_says(extension)
    elif any(name.endswith(NEVER_IN_ZIP) for name in low):
        raise runs()
    elif any(name.endswith(ARCHIVES) for name in low):
        raise nested()


def _check_office(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Raises `ValidationError` for macros, controls, embedded programs, remote templates and entities."""
    for entry in entries:
        name = entry.filename.lower()
        if name.endswith(MACROS) or "/activex/" in name or ("/embeddings/" in name and name.endswith((".bin", ".exe"))):
            raise runs()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(entry) as part:
            head = part.read(PROLOG)
        if ENTITIES.search(head):
            raise runs()
        if head and ROOT.search(head) is None:
            raise not_what_it_says(os.path.splitext(name)[1])
        if name == "[content_types].xml" and b"macroenabled" in head.lower():
            raise runs()
        if name.endswith(".rels") and b"External" in head and REMOTE.search(head):
            raise runs()
