"""Money is a whole number of fen (1/100 yuan). No floats anywhere."""

from decimal import ROUND_HALF_UP, Decimal


def percent_of(amount_fen: int, percent: int | Decimal) -> int:
    """Return `percent` of an amount, rounded half up to the fen."""
    share = Decimal(amount_fen) * Decimal(percent) / 100
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def yuan(amount_fen: int, *, cents: bool | None = None) -> str:
    """Return `¥12,000` or, where there are cents or `cents` asks for them, `¥12,000.50`."""
    sign, whole = ("-" if amount_fen < 0 else ""), abs(amount_fen)
    show = bool(whole % 100) if cents is None else cents
    text = f"{whole // 100:,}" + (f".{whole % 100:02d}" if show else "")
    return f"{sign}¥{text}"
