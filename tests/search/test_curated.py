"""What scouts type finds what they mean: 269 queries on the demo content, on both engines.

`curated.tsv` holds them: found in the first five for 95 of 100 at least, as the first for 80 of 100.
`pytest tests/search/test_curated.py -s` prints what was missed.
"""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from demo import pages, people, places, stages, vendors, week
from portal.search.models import SearchDocument
from portal.search.queries import search, suggest
from portal.search.query import SearchRequest, Viewer
from tests.factories.media import make_picture

from .conftest import both_engines

pytestmark = [pytest.mark.django_db, both_engines]
FOUND, FIRST = 0.95, 0.80


def curated():
    """Return the lines of the file."""
    lines = Path(__file__).with_name("curated.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            sort, kind, text, expected = line.split("\t")
            yield sort, kind, text, [one.strip() for one in expected.split("|")]


@pytest.fixture
def demo(in_charge, gao, mei, monkeypatch):
    picture = make_picture(gao)
    for show in ("set_avatar", "show_picture"):  # one picture for all: a vendor shows none twice
        monkeypatch.setattr(f"services.directory.actions.{show}", lambda **fields: None)
    pictures = defaultdict(lambda: picture)
    everybody = people.load()
    stages.load(pictures, everybody["mei"])
    places.load({}, everybody["gao"])
    vendors.load(everybody, pictures)
    pages.load(pictures, everybody["gao"])
    week.load(pictures, everybody)
    return in_charge


def fits(document, expected):
    """Return whether a record is one of those meant."""
    for one in expected:
        facet, equals, value = one.partition("=")
        if equals and value in document["facets"].get(facet, ()):
            return True
        if not equals and one in document["title_zh"]:
            return True
    return False


@pytest.mark.long
def test_what_is_typed_finds_what_is_meant(demo):
    known = {(one.kind, one.object_id): one.payload for one in SearchDocument.objects.filter(deleted=False)}
    queries = list(curated())
    asked, found, first, missed = Counter(), Counter(), Counter(), []
    for sort, kind, text, expected in queries:
        page = search(SearchRequest(kind=kind, text=text, viewer=Viewer(), size=5))
        right = [fits(known[kind, hit.id], expected) for hit in page.hits]
        asked[sort] += 1
        found[sort] += any(right)
        first[sort] += right[:1] == [True]
        if right[:1] != [True]:
            missed.append(
                (sort, text, expected, [known[kind, hit.id]["title_zh"] for hit in page.hits], page.corrected)
            )
        assert page.engine == demo.name
    share = {sort: (f"{found[sort]}/{asked[sort]}", f"{first[sort]}/{asked[sort]}") for sort in asked}
    print(demo.name, share, *missed, sep="\n")  # noqa: T201 - the figures, with -s
    assert len(queries) >= 150
    assert found.total() / len(queries) >= FOUND, missed
    assert first.total() / len(queries) >= FIRST, missed
    assert min(found[sort] / asked[sort] for sort in asked) >= 0.85, share


@pytest.mark.long
def test_names_are_suggested_while_they_are_typed(demo):
    """From the first character on, each name that is typed is offered before it is finished."""
    names = [
        (kind, text, expected) for sort, kind, text, expected in curated() if sort in {"name", "pinyin", "initials"}
    ]
    late = []
    for kind, text, expected in names:
        typed = text.replace(" ", "")
        begun = typed[: max(1, (len(typed) + 1) // 2 + 1)]
        offered = [one.names.get("zh", "") for one in suggest(kind, begun, Viewer(), limit=8)]
        if not any(want in title for title in offered for want in expected if "=" not in want):
            late.append((begun, expected, offered))
    print(*late, sep="\n")  # noqa: T201 - what was missed, with -s
    assert len(late) <= 0.1 * len(names), late
