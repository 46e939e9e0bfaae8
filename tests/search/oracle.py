"""What a search has to answer, in plain Python: every document is looked at, nothing is indexed.

Words are told by substrings, pinyin by pypinyin over every window of a name, areas by exact tests. It shares with the
engines the request, the areas' own geometry and the distance on the globe, and nothing else.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from pypinyin import lazy_pinyin

from portal.core.geo import Point, distance_m
from portal.search import bench
from portal.search.query import Box, Near, Polygon, SearchRequest, Viewer

HAN = re.compile("[一-鿿]+")
TEXTS = (
    "",
    "",
    "竹海",
    "吊脚楼",
    "老码头",
    "溶洞",
    "山",
    "bamboo",
    "caves",
    "Tea Wharf",
    "竹海 bamboo",
    "zhuhai",
    "songji",
    "laomatou",
)
CORNERS = (Point(29.0, 105.6), Point(29.6, 105.7), Point(29.3, 106.2))
BOW = (Point(29.1, 105.7), Point(29.5, 106.1), Point(29.1, 106.1), Point(29.5, 105.7))


class Oracle:
    """Every document of a bench, and what it has to do with a request."""

    def __init__(self, documents):
        self.documents = {change.id: change.document for change in documents}
        self.names = {one: self._names(document) for one, document in self.documents.items()}

    @staticmethod
    def _names(document):
        """Return the ways to spell every window of two to six characters of a name."""
        spelt = set()
        for text in (document["title_zh"], *document["tags"], *document["places"]):
            for run in HAN.findall(text):
                ways = [lazy_pinyin(run)]
                if "松溉" in run:
                    ways.append(lazy_pinyin(run.replace("溉", "计")))
                for way in ways:
                    for start in range(len(way)):
                        for size in range(2, 7):
                            spelt.add("".join(way[start : start + size]))
                            spelt.add("".join(one[0] for one in way[start : start + size]))
        return spelt

    def says(self, one, text):
        """Return whether a document has every word of a text, as Chinese, English or pinyin."""
        document = self.documents[one]
        every = [document["title_zh"], *document["tags"], *document["places"], document["body_zh"]]
        short = [document["title_zh"], *document["tags"], *document["places"]]
        english = f"{document['title_en']} {document['body_en']}".lower().split()
        for word in text.lower().split():
            if HAN.match(word):
                where = short if len(word) == 1 else every
                if not any(word in part for part in where):
                    return False
            elif word.removesuffix("s") not in english and word not in self.names[one]:
                return False
        return True

    def fits(self, one, request, *, without=""):
        """Return whether a document answers a request, one facet's own filter left out."""
        document = self.documents[one]
        if one in request.hidden or not set(document["audience"]) & set(request.viewer.audience()):
            return False
        for name, (low, high) in request.ranges.items():
            value = document["numbers"][name]
            if (low is not None and value < low) or (high is not None and value > high):
                return False
        point = Point(document["lat"], document["lng"])
        if not all(area.holds(point) for area in request.areas):
            return False
        if not all(
            name == without or chosen & set(document["facets"][name]) for name, chosen in request.filters.items()
        ):
            return False
        return self.says(one, request.text)

    def found(self, request, *, without=""):
        """Return the ids that answer a request."""
        return [one for one in self.documents if self.fits(one, request, without=without)]

    def facet(self, request, name):
        """Return how often each value occurs under every other filter."""
        found = [self.documents[one]["facets"][name] for one in self.found(request, without=name)]
        return {value: count for value in bench.FACETS[name] if (count := sum(value in one for one in found))}

    def apart(self, one, origin):
        """Return how far a document is."""
        return distance_m(origin, Point(self.documents[one]["lat"], self.documents[one]["lng"]))


def differences(oracle, engine, request, plan):
    """Return, a line each, where an engine's answer is not the oracle's."""
    page = engine.search(bench.SPEC, request, plan)
    wanted = oracle.found(request)
    ids = [hit.id for hit in page.hits]
    lines = []
    if page.total != len(wanted):
        lines.append(f"total {page.total}, not {len(wanted)}")
    if len(ids) != min(request.size, len(wanted)) or len(set(ids)) != len(ids):
        lines.append(f"{len(ids)} hits, {len(set(ids))} different, of {len(wanted)}")
    if set(ids) - set(wanted):
        lines.append(f"should not be there: {sorted(set(ids) - set(wanted))[:5]}")
    for name in request.facets:
        counted = {one.value: one.count for one in page.facets[name] if one.count}
        if counted != oracle.facet(request, name):
            lines.append(f"{name}: {counted}, not {oracle.facet(request, name)}")
        if {one.value for one in page.facets[name] if one.selected} != set(request.filters.get(name, ())):
            lines.append(f"{name}: selected")
    if request.origin is not None:
        far = {hit.id: (hit.distance_m or 0, oracle.apart(hit.id, request.origin)) for hit in page.hits}
        lines += [f"{one}: {told} m, not {exact}" for one, (told, exact) in far.items() if abs(told - exact) > 0.01]
        if request.sort == "distance":
            nearest = sorted(oracle.apart(one, request.origin) for one in wanted)[: request.size]
            if any(abs((hit.distance_m or 0) - far) > 0.01 for hit, far in zip(page.hits, nearest, strict=False)):
                lines.append("not the nearest first")
    if request.sort == "newest":
        newest = sorted((oracle.documents[one]["created"] for one in wanted), reverse=True)[: request.size]
        if [oracle.documents[one]["created"] for one in ids] != newest:
            lines.append("not the newest first")
    if request.zoom is not None:
        if sum(cluster.count for cluster in page.clusters) != len(wanted):
            lines.append("clusters hold another number")
        alone = {cluster.id for cluster in page.clusters if cluster.id}
        if alone - set(wanted):
            lines.append("a marker should not be there")
    return lines


def random_request(dice: random.Random, count: int) -> SearchRequest:
    """Return any request: text, filters, ranges, areas one over the other, order, map and reader."""
    names = dice.sample(list(bench.FACETS), dice.randint(0, 3))
    south, west = 29 + dice.random() * 0.4, 105.6 + dice.random() * 0.4
    here = Point(29 + dice.random() * 0.6, 105.6 + dice.random() * 0.6)
    areas = [
        Box(west, south, west + 0.3, south + 0.3),
        Near(here, dice.choice((2_000, 15_000, 60_000))),
        Polygon(dice.choice((CORNERS, BOW))),
    ]
    dice.shuffle(areas)
    areas = areas[: dice.choice((0, 0, 1, 1, 2))]
    near = any(isinstance(area, Near) for area in areas)
    request = SearchRequest(
        kind=bench.KIND,
        text=dice.choice(TEXTS),
        filters={name: frozenset(dice.sample(list(bench.FACETS[name]), dice.randint(1, 3))) for name in names},
        ranges=dice.choice([{}, {"truck_to_set_m": (None, 100.0)}, {"truck_to_set_m": (50.0, 300.0)}]),
        geo=areas[0] if areas else None,
        also=tuple(areas[1:]),
        viewer=dice.choice([Viewer(), Viewer(frozenset({1})), Viewer(frozenset({2, 3}))]),
        sort=dice.choice(["relevance", "newest", "distance" if near else "relevance"]),
        size=dice.choice([count, 24]),
        facets=dice.choice([tuple(bench.FACETS), ("facet3",), tuple(bench.FACETS)[:2]]),
    )
    if dice.random() < 0.2:
        request = replace(request, hidden=frozenset(dice.sample(range(1, count + 1), 20)))
    return replace(request, zoom=dice.choice([None, None, 3, 9, 14]))
