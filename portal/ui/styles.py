"""The style sheets of every page, in order, and the one file they are sent as.

Twenty-four files are for people who change them; a browser asks for one. Django's own finders put it together, so that
`collectstatic` hashes and compresses it like any other file, and nothing has to be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

STYLE_SHEETS = tuple(
    f"ui/css/{name}.css"
    for name in (
        "tokens",  # declares the layers; each file stands in one of them
        "base",
        "chrome",
        "slate",
        "picture",
        "forms",
        "state",
        "table",
        "calendar",
        "home",
        "places",
        "place",
        "stage",
        "staff",
        "booking",
        "week",
        "feedback",
        "services",
        "boards",
        "account",
        "money",
        "article",
        "gallery",
        "print",
    )
)
SITE = "ui/css/site.css"
"""All of them in one, as pages link them. It stands in the same folder, so their relative addresses hold."""


class SiteSheetFinder(finders.BaseFinder):
    """Finds `ui/css/site.css`, which it writes anew from the sheets whenever it is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "styles")

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be set wrongly."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the file lies; an empty list for any other."""
        if path != SITE:
            return []
        written = str(self._write())
        return [written] if find_all else written

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Return the one file with its storage, for `collectstatic`."""
        self._write()
        yield SITE, self.storage

    def _write(self) -> Path:
        text = "".join(Path(str(finders.find(path))).read_text(encoding="utf-8") for path in STYLE_SHEETS)
        target = Path(self.storage.path(SITE))
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        return target
