"""Money is a whole number of fen (1/100 yuan). No floats anywhere."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


VAT_PERCENT = 6
"""VAT contained in prices of modern services: 财税〔2016〕36号, annex 1, article 15."""


def fen_of(amount_yuan: Decimal) -> int:
    """Return a sum in yuan as whole fen. Raises `ValueError` where a part of a fen is left."""
    whole = int(amount_yuan * 100)
    if whole != amount_yuan * 100:
        raise ValueError(amount_yuan)
    return whole


def capital_yuan(amount_fen: int) -> str:
    """Return an amount as Chinese papers write it out: `人民币壹万贰仟元整`, `人民币叁佰元零伍分`.

    Rules: 中国人民银行《支付结算办法》附一《正确填写票据和结算凭证的基本规定》 (银发〔1997〕393号): 整 after yuan or jiao and
    never after fen, 零 for a gap between figures and before fen where there are no jiao. Raises `ValueError` for a
    negative amount or one of 10^12 yuan and more.
    """
    if not 0 <= amount_fen < 10**14:
        raise ValueError(amount_fen)
    whole, (jiao, fen) = amount_fen // 100, divmod(amount_fen % 100, 10)
    text = _capital_whole(whole) + "元" if whole or not amount_fen else ""
    if not jiao and not fen:
        return f"人民币{text}整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return f"人民币{text}{DIGITS[fen]}分" if fen else f"人民币{text}整"


def _capital_whole(whole: int) -> str:
    """Write a whole number out, four figures at a time; gaps of any length become one 零."""
    text, gap = "", False
    for place, figure in zip(range(len(str(whole)) - 1, -1, -1), str(whole), strict=True):
        if figure != "0":
            text += ("零" if gap and text else "") + DIGITS[int(figure)] + PLACES[place % 4]
        gap = figure == "0"
        if place and not place % 4:
            group = whole // 10**place % 10**4
            text += GROUPS[place // 4] if group else ""
            gap = gap or (bool(text) and group == 0)
    return text or DIGITS[0]


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
