"""统一社会信用代码: 18 characters, the last one a check digit (GB 32100-2015)."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_digit(first_17: str) -> str:
    """Return the check character of the first 17. Raises `ValueError` for a character outside the alphabet."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Return whether the code has 18 allowed characters and the right check digit."""
    if len(code) != 18 or any(character not in ALPHABET for character in code):
        return False
    return check_digit(code[:17]) == code[17]


def normalised(text: str) -> str:
    """Return the code without spaces and hyphens, in capitals, full-width characters made narrow."""
    import unicodedata

    return "".join(unicodedata.normalize("NFKC", text).upper().replace("-", "").split())
