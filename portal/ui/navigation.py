"""The header's entries, registered by apps from `ready()`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a lazy label, a URL name, and its place in the row."""

    label: Any
    url_name: str
    order: int


_entries: dict[str, Entry] = {}


def register_navigation(label: Any, url_name: str, *, order: int) -> None:
    """Add an entry to the header. A URL name registers once."""
    _entries[url_name] = Entry(label, url_name, order)


def entries() -> list[Entry]:
    """Return the entries in order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)
