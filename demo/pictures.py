"""Sample pictures with their true subjects and licences (`files/ATTRIBUTION.csv`)."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from media.actions import add_picture, make_renditions as make_sizes
from media.models import PortalImage

from . import marks

if TYPE_CHECKING:
    from portal.accounts.models import User

FILES = Path(__file__).resolve().parent / "files"
LICENCES = {
    "CC0 1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "Unsplash License": ("Unsplash License", "https://unsplash.com/license"),
    "Pexels License": ("Pexels License", "https://www.pexels.com/license/"),
    "MIT (package)": ("MIT, Unsplash", "https://unsplash.com/license"),
    "CC BY": ("CC BY", "https://creativecommons.org/licenses/by/4.0/"),
}
AUTHORS = {
    "not stated": "",
    "project (screen content: Poly Haven contributors)": "Poly Haven contributors (screen content)",
}


def attribution() -> list[dict[str, str]]:
    """Return the rows of the attribution table, one for each file."""
    with (FILES / "ATTRIBUTION.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Pictures(dict[str, PortalImage]):
    """The sample pictures by the stem of their file; one that a person deleted is taken in again when a part needs it."""

    def __init__(self, owner: User, *, make_renditions: bool) -> None:
        super().__init__()
        self.owner, self.make_renditions = owner, make_renditions
        self.rows = {Path(row["file"]).stem: row for row in attribution()}

    def __missing__(self, stem: str) -> PortalImage:
        row = self.rows[stem]
        image = marks.always(
            f"picture:{stem}",
            PortalImage,
            find=lambda: None,
            make=lambda: _add(row, stem, self.owner, later=not self.make_renditions),
        )
        self[stem] = image
        return image


def load(owner: User, *, make_renditions: bool = False) -> dict[str, PortalImage]:
    """Take the sample pictures in, once, each whole or not at all; return them by the stem of their file name.

    Their sizes are queued; with `make_renditions` they are made at once. Raises `ValidationError` for a bad file.
    """
    there = {image.description: image for image in PortalImage.objects.filter(description__startswith="demo:")}
    pictures = Pictures(owner, make_renditions=make_renditions)
    for stem, row in pictures.rows.items():
        image = marks.once(
            f"picture:{stem}",
            PortalImage,
            find=partial(there.get, f"demo:{stem}"),
            make=partial(_add, row, stem, owner, later=not make_renditions),
        )
        if image is None:
            continue
        if make_renditions and image.state == PortalImage.State.PENDING:
            make_sizes(image.pk)
        pictures[stem] = image
    return pictures


@transaction.atomic
def _add(row: dict[str, str], stem: str, owner: User, *, later: bool) -> PortalImage:
    licence, licence_url = next(
        (known for start, known in LICENCES.items() if row["licence"].startswith(start)), (row["licence"][:160], "")
    )
    author = AUTHORS.get(row["author"], row["author"])
    path = FILES / row["file"]
    with path.open("rb") as file:
        image = add_picture(
            file=file,
            name=path.name,
            title=row["subject_zh"][:255],
            actor=owner,
            subject_zh=row["subject_zh"].removesuffix("（概念渲染）"),
            subject_en=row["subject_en"].removesuffix(" (concept render)"),
            kind=row["kind"],
            credit=author,
            licence=licence,
            licence_url=licence_url,
            source_url=_address(row),
            permitted=True,
            later=later,
        )
    PortalImage.objects.filter(pk=image.pk).update(description=f"demo:{stem}")
    image.description = f"demo:{stem}"
    return image


def _address(row: dict[str, str]) -> str:
    """Return where the original is shown, else the repository the copy was taken from."""
    if row["original"].startswith("https://"):
        return row["original"].split()[0].rstrip(";,")
    repository = row["source"].partition(" : ")[0].rpartition(" ")[2]
    return f"https://github.com/{repository}" if repository.count("/") == 1 else ""
