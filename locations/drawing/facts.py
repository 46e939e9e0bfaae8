"""What a drawing is made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """What is known of a place, in metres and counts; None is what nobody measured.

    `kinds` and `eras` are keys of `locations.vocabulary`, in its order; `urban` says whether towers stand behind.
    """

    code: str
    name_zh: str
    name_en: str
    setting: str = "exterior"
    kinds: tuple[str, ...] = ()
    eras: tuple[str, ...] = ()
    urban: bool = False
    truck_to_set_m: float | None = None
    stairs_up: int | None = None
    stairs_down: int | None = None
    level_diff_m: float | None = None
    altitude_m: int | None = None
    porters_needed: int | None = None
    boat_access: bool | None = None

    @property
    def steps_known(self) -> bool:
        """Whether somebody counted the steps."""
        return self.stairs_up is not None or self.stairs_down is not None

    @property
    def sign(self) -> int:
        """1 where the set lies higher than the truck, -1 where it lies lower."""
        up, down = self.stairs_up or 0, self.stairs_down or 0
        if up != down:
            return 1 if up > down else -1
        return -1 if self.level_diff_m is not None and self.level_diff_m < 0 else 1
