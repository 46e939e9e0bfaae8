"""Amounts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from portal.core.money import DIGITS, capital_yuan, fen_of

FIGURES = {sign: number for number, sign in enumerate(DIGITS)}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (30, "叁角整"),
        (105, "壹元零伍分"),
        (1409_50, "壹仟肆佰零玖元伍角整"),
        (6007_14, "陆仟零柒元壹角肆分"),
        (16409_02, "壹万陆仟肆佰零玖元零贰分"),
        (107000_53, "壹拾万零柒仟元伍角叁分"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (100_0000_0000_05, "壹佰亿元零伍分"),
    ],
)
def test_an_amount_is_written_out_as_the_central_bank_says(fen, words):
    assert capital_yuan(fen) == f"人民币{words}"


def read_back(words):
    """Return the fen of an amount in words: an own reading, by units alone."""
    fen, group, figure = 0, 0, 0
    for sign in words.removeprefix("人民币"):
        if sign in FIGURES:
            figure = FIGURES[sign]
            continue
        scale = {"拾": 10, "佰": 100, "仟": 1000}.get(sign)
        if scale:
            group, figure = group + figure * scale, 0
        elif sign in "万亿":
            fen += (group + figure) * (10**6 if sign == "万" else 10**10)
            group, figure = 0, 0
        elif sign == "元":
            fen, group, figure = fen + (group + figure) * 100, 0, 0
        elif sign in "角分":
            fen, figure = fen + figure * (10 if sign == "角" else 1), 0
    return fen


@given(strategies.integers(0, 10**14 - 1))
def test_what_is_written_out_reads_back_as_the_same_amount(fen):
    words = capital_yuan(fen)
    assert read_back(words) == fen
    assert "零零" not in words


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_cannot_be_written_out_is_refused(fen):
    with pytest.raises(ValueError, match=str(fen)):
        capital_yuan(fen)


def test_a_sum_in_yuan_is_whole_fen_or_refused():
    assert fen_of(Decimal("35820.10")) == 3_582_010
    assert fen_of(Decimal("0.29")) == 29, "as a float it would be 28"
    with pytest.raises(ValueError, match=r"0\.001"):
        fen_of(Decimal("0.001"))
