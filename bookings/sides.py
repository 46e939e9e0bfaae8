"""For whose reason a booking is cancelled, and what that does to its money. Pure: docs/rules/holds.md has it in words.

Not who pressed the button: a lot that cancels because the crew did not pay or insure cancels for the crew's reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CREW: Final = "crew"
LOT: Final = "lot"
FORCE_MAJEURE: Final = "force_majeure"
SIDES: Final = (CREW, LOT, FORCE_MAJEURE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the money, in fen: `paid` = `kept` + `returned`; `lacking` is still asked of the crew.

    `doubled` is a second sum that the lot owes beside what it returns; it is never part of `returned`.
    """

    paid: int
    kept: int
    returned: int
    lacking: int = 0
    doubled: int = 0


def outcome(side: str, *, paid_fen: int, keepable_fen: int, fee_fen: int, earnest_fen: int) -> Outcome:
    """Return what cancelling for `side`'s reason does with `paid_fen`.

    `keepable_fen`: the part of it that a fee may be kept from (not the security deposit 押金, which answers for damage only).
    `fee_fen`: the fee of today's band. `earnest_fen`: the 定金 that is held. The band's fee is all that a crew owes: it is never
    added to a forfeited 定金 (Civil Code art. 588; counsel to confirm). Where the lot fails, all goes back, and a sum equal to
    the 定金 is owed on top (art. 587): of 定金 alone, never of 订金, 尾款 or 押金. Raises `ValueError` for an unknown side.
    """
    if side not in SIDES:
        raise ValueError(side)
    if side == CREW:
        kept = min(fee_fen, keepable_fen)
        return Outcome(paid_fen, kept, paid_fen - kept, lacking=fee_fen - kept)
    return Outcome(paid_fen, 0, paid_fen, doubled=earnest_fen if side == LOT else 0)
