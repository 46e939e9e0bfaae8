"""References that people can read out: B-2027-0412."""

import secrets

SAID_ALOUD = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def reference(prefix: str, year: int, number: int) -> str:
    """Return `prefix-year-number`, the number padded to four digits."""
    return f"{prefix}-{year}-{number:04d}"


def spoken_code(length: int = 6) -> str:
    """Return a random code of characters that are not mistaken for each other."""
    return "".join(secrets.choice(SAID_ALOUD) for _ in range(length))
