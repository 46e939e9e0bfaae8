"""Generated documents over real place names, and the workloads that are measured on them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.geo import Point

from .engine import Cursor, DocumentChange, Rebuilt, SearchEngine
from .models import SearchDocument
from .plan import make_plan
from .query import Box, Near, SearchRequest, Viewer
from .spec import Document, SearchSpec

KIND = "bench"
TOWNS = (
    "松溉镇",
    "朱沱镇",
    "茶山竹海街道",
    "南大街街道",
    "临江镇",
    "来苏镇",
    "红炉镇",
    "大安街道",
    "板桥镇",
    "三教镇",
    "仙龙镇",
    "何埂镇",
)
THINGS = (
    "竹海",
    "茶园",
    "吊脚楼",
    "老码头",
    "石板街",
    "祠堂",
    "水库",
    "梯田",
    "溶洞",
    "老厂房",
    "防空洞",
    "索道",
    "轻轨站",
    "天台",
    "书院",
    "戏楼",
)
ENGLISH = (
    "bamboo",
    "tea",
    "wharf",
    "street",
    "hall",
    "reservoir",
    "terrace",
    "cave",
    "factory",
    "tunnel",
    "cableway",
    "rooftop",
)
FACETS = {f"facet{number}": {f"v{value}": f"v{value}" for value in range(6 + number)} for number in range(12)}
LETTERS = "山城江边老街雾中光影石阶木门青瓦白墙晨曦黄昏雨后灯笼渡口炊烟竹林小路院落窗棂"

SPEC = SearchSpec(
    kind=KIND,
    model=SearchDocument,
    document=lambda record: None,
    records=SearchDocument.objects.none,
    facets=FACETS,
    numbers=("truck_to_set_m",),
    lexicon=lambda: (*THINGS, *TOWNS),
)


def documents(count: int, seed: int = 7) -> Iterator[DocumentChange]:
    """Yield the same `count` documents of 200 to 600 characters for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - made-up texts, not secrets
    for number in range(1, count + 1):
        town, thing = dice.choice(TOWNS), dice.choice(THINGS)
        body = "".join(dice.choice(LETTERS) for _ in range(dice.randint(200, 600)))
        document: Document = {
            "title_zh": f"{town[:2]}{thing}{number}号",
            "title_en": f"{dice.choice(ENGLISH)} {dice.choice(ENGLISH)} {number}",
            "tags": [thing, dice.choice(THINGS)],
            "places": [town],
            "body_zh": body[: len(body) // 2] + dice.choice(THINGS) + body[len(body) // 2 :],
            "body_en": " ".join(dice.choice(ENGLISH) for _ in range(12)),
            "facets": {name: dice.sample(list(values), dice.randint(0, 2)) for name, values in FACETS.items()},
            "numbers": {"truck_to_set_m": float(dice.randint(0, 500))},
            "lat": 29.0 + dice.random() * 0.6,
            "lng": 105.6 + dice.random() * 0.6,
            "popularity": dice.randint(0, 1000),
            "created": number,
            "audience": ["public"] if dice.random() < 0.95 else [f"org:{dice.randint(1, 3)}"],
        }
        yield DocumentChange(number, number, document)


def fill(engine: SearchEngine, rows: Iterable[DocumentChange], upto: int, lineage: str = "bench") -> Rebuilt:
    """Make an engine's index of exactly these rows."""
    left = iter(rows)
    return engine.rebuild(KIND, lambda after: (row for row in left if row.seq > after), lambda: Cursor(upto, lineage))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench: milliseconds by the clock, milliseconds of CPU in this process, requests a second."""

    workload: str
    p50: float
    p95: float
    cpu50: float
    cpu95: float
    rate: float


def measure(name: str, work: Callable[[int], object], times: int) -> Figure:
    """Run `work(number)` that often, by the clock and in CPU: on a busy machine only the second says what it costs."""
    took, spent = [], []
    for number in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        work(number)
        took.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - cpu) * 1000)
    took.sort()
    spent.sort()
    middle, high = len(took) // 2, int(len(took) * 0.95)
    marks = (took[middle], took[high], spent[middle], spent[high], 1000 * len(took) / max(sum(took), 0.001))
    return Figure(name, *(round(one, 2) for one in marks))


def own_mb() -> float:
    """Return the memory that is this process's own."""
    rollup = Path("/proc/self/smaps_rollup").read_text()
    private = [line.split()[1] for line in rollup.splitlines() if line.startswith(("Private_Dirty", "Private_Clean"))]
    return sum(map(int, private)) / 1024


def reading(engine: SearchEngine) -> float:
    """Return by how many MB a process grows that opens an index and answers: run in a process of its own."""
    before = own_mb()
    for thing in THINGS:
        request = SearchRequest(kind=KIND, text=thing, facets=tuple(FACETS))
        engine.search(SPEC, request, make_plan(thing, lexicon=SPEC.lexicon()))
        engine.suggest(SPEC, thing[0], Viewer())
    engine.vocabulary(SPEC)
    return own_mb() - before


def run(engine: SearchEngine, count: int, times: int) -> Iterator[Figure]:
    """Build an index of `count` documents and yield the figures of every workload."""
    yield measure("build", lambda _number: fill(engine, documents(count), count), 1)
    dice = random.Random(11)  # noqa: S311 - made-up requests
    facets = tuple(FACETS)

    def ask(text: str = "", **fields: Any) -> object:
        request = SearchRequest(kind=KIND, text=text, viewer=Viewer(frozenset({1})), **fields)
        return engine.search(SPEC, request, make_plan(text, lexicon=SPEC.lexicon()))

    def filters() -> dict[str, frozenset[str]]:
        return {name: frozenset(dice.sample(list(FACETS[name]), 2)) for name in dice.sample(list(FACETS), 3)}

    def area() -> Box:
        west, south = 105.6 + dice.random() * 0.4, 29.0 + dice.random() * 0.4
        return Box(west, south, west + 0.2, south + 0.2)

    here = Point(29.3563, 105.927)
    yield measure("text", lambda _n: ask(dice.choice(THINGS)), times)
    yield measure(
        "text, 3 filters, 12 facets", lambda _n: ask(dice.choice(THINGS), filters=filters(), facets=facets), times
    )
    yield measure("no text, 12 facets", lambda _n: ask(facets=facets), times)
    yield measure("box, 12 facets", lambda _n: ask(geo=area(), facets=facets), times)
    yield measure("near 10 km by distance", lambda _n: ask(geo=Near(here, 10_000), sort="distance"), times)
    yield measure("pinyin", lambda _n: ask(dice.choice(("zhuhai", "songji", "diaojiaolou", "shibanjie"))), times)
    yield measure(
        "suggest", lambda _n: engine.suggest(SPEC, dice.choice(("竹", "songg", "bam", "s", "老")), Viewer()), times
    )
    yield measure("similar", lambda _n: engine.similar(SPEC, dice.randint(1, count), Viewer()), times)
    from .queries import correction

    yield measure(
        "typo corrected", lambda _n: correction(SPEC, engine, dice.choice(("bambo", "zhuhia", "diaojaolou"))), times
    )
    last = iter(range(count + 1, count + 10_000))
    changed = next(documents(1, seed=99)).document

    def update(_number: int) -> None:
        seq = next(last)
        engine.apply(KIND, [DocumentChange(1, seq, changed)], Cursor(seq, "bench"))
        ask("竹海")

    yield measure("one update visible", update, min(times, 20))
