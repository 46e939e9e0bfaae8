"""Records carry explicit pairs, `name_zh` and `name_en` (ADR 0010); one descriptor shows the reader's."""

from typing import Any

from django.utils.translation import get_language


def reads_english() -> bool:
    """Return whether the current reader's language is English."""
    return (get_language() or "zh").startswith("en")


class Bilingual:
    """`name = Bilingual()` reads `name_zh` or `name_en` by the current language; the other where one is empty."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        zh, en = getattr(record, f"{self.name}_zh"), getattr(record, f"{self.name}_en")
        return (en or zh) if reads_english() else (zh or en)


def pair(record: Any, field: str) -> dict[str, str]:
    """Return `{"zh", "en"}` of a record's bilingual field, as the API shows it."""
    return {"zh": getattr(record, f"{field}_zh"), "en": getattr(record, f"{field}_en")}
