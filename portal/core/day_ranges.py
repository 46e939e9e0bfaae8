"""Half-open ranges of local dates: `start` is inside, `end` is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DayRange:
    """Whole days of the lot's calendar. Raises `ValueError` where it holds no day."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("DayRange must end after it starts")

    def __len__(self) -> int:
        return (self.end - self.start).days

    def __iter__(self) -> Iterator[date]:
        day = self.start
        while day < self.end:
            yield day
            day += ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def last(self) -> date:
        """The last day inside, as people say it."""
        return self.end - ONE_DAY

    def overlaps(self, other: "DayRange") -> bool:
        """Return whether the two share a day."""
        return self.start < other.end and other.start < self.end

    def widened(self, before: int, after: int) -> "DayRange":
        """Return the range with `before` and `after` days added at its ends."""
        return DayRange(self.start - before * ONE_DAY, self.end + after * ONE_DAY)


def runs(days: list[bool], first: date, *, at_least: int = 1) -> list[DayRange]:
    """Return every maximal run of true days of at least that length; `days[0]` is `first`."""
    found, begin = [], None
    for index, free in enumerate([*days, False]):
        if free and begin is None:
            begin = index
        elif not free and begin is not None:
            if index - begin >= at_least:
                found.append(DayRange(first + begin * ONE_DAY, first + index * ONE_DAY))
            begin = None
    return found
