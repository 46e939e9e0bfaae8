"""What a page costs, warm, in this process: for the benches of the apps."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

TIMES, WARM = 12, 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs, warm: least processor time in milliseconds (others use the machine too), queries, those sent twice."""

    path: str
    cpu: float
    sql: int
    repeated: int


def page_cost(client: Client, path: str) -> Cost:
    """Ask for a page again and again and return its cost. Raises `LookupError` for an answer other than 200."""
    seconds: list[float] = []
    sent: list[tuple[str, str]] = []
    mark = "&" if "?" in path else "?"  # an address of its own for each turn: drawn anew, never the page kept whole

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, repr(params)))
        return execute(sql, params, many, context)

    for turn in range(WARM + TIMES):
        sent.clear()
        begin = time.process_time()
        with connection.execute_wrapper(watch):
            answer = client.get(f"{path}{mark}drawn={turn}")
            b"".join(answer) if answer.streaming else answer.content
        if answer.status_code != 200:
            raise LookupError(f"{path} answered {answer.status_code}")
        if turn >= WARM:
            seconds.append(time.process_time() - begin)
    return Cost(path, round(min(seconds) * 1000, 2), len(sent), len(sent) - len(set(sent)))
