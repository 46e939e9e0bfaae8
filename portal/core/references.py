"""References that people can read out: B-2027-0412."""


def reference(prefix: str, year: int, number: int) -> str:
    """Return `prefix-year-number`, the number padded to four digits."""
    return f"{prefix}-{year}-{number:04d}"
