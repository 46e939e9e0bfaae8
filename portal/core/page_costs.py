"""What a page costs, warm, in this process: for the benches of the apps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import override_settings

TIMES, WARM = 12, 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs, warm: least processor time in milliseconds (others use the machine too), queries, those sent twice.

    `cpu` is the page drawn anew, `again` the page as asked for once more, which a visitor may get from those kept.
    """

    path: str
    cpu: float
    again: float
    sql: int
    repeated: int


def page_cost(client: Client, path: str) -> Cost:
    """Ask for a page again and again and return its cost. Raises `LookupError` for an answer other than 200."""
    anew: list[float] = []
    sent: list[tuple[str, str]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, repr(params)))
        return execute(sql, params, many, context)

    with override_settings(PAGE_CACHE_SECONDS=0):
        for _turn in range(WARM + TIMES):
            sent.clear()
            with connection.execute_wrapper(watch):
                anew.append(_seconds(client, path))
    again = [_seconds(client, path) for _turn in range(WARM + TIMES)]
    cpu, kept = (round(min(one[WARM:]) * 1000, 2) for one in (anew, again))
    return Cost(path, cpu, kept, len(sent), len(sent) - len(set(sent)))


def _seconds(client: Client, path: str) -> float:
    begin = time.process_time()
    answer = client.get(path)
    b"".join(answer) if answer.streaming else answer.content
    if answer.status_code != 200:
        raise LookupError(f"{path} answered {answer.status_code}")
    return time.process_time() - begin


def beside(rounds: Sequence[Sequence[list[dict[str, Any]]]]) -> Iterator[dict[str, Any]]:
    """Yield a line for each page from rounds of costs as dictionaries, each a small portal's and a large one's.

    A page's processor time is its least of all rounds, its queries are the large portal's.
    """
    for pairs in zip(*(zip(*both, strict=True) for both in rounds), strict=True):
        small, large = (min(pair[side]["cpu"] for pair in pairs) for side in (0, 1))
        ratio = round(large / small, 2)
        yield {**pairs[0][1], "cpu": large, "cpu_small": small, "ratio": ratio}
