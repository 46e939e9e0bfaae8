"""The facade: what pages and the API ask. The index is never the authority; callers load records and check again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from rapidfuzz.distance import OSA

from portal.core.bilingual import reads_english

from . import engines, pinyin
from .consumer import not_shown
from .engine import EngineAway, SearchEngine
from .notes import note
from .plan import Plan, make_plan
from .query import Found, Group, Hit, SearchPage, SearchRequest, Suggestion, Viewer
from .spec import SearchSpec, spec_of, specs
from .synonyms import known_synonyms
from .tokens import is_han, normalised, pieces

logger = logging.getLogger(__name__)
T = TypeVar("T")
SHARES = (0.6, 0.4)


def search(request: SearchRequest, *, exactly: bool = False, noted: bool = True) -> SearchPage:
    """Return one page. Corrects, then loosens a text that finds nothing by itself, and says so, but for `exactly`.

    One query for the database's standing; two more where the index is behind.
    """
    page = _page(request, exactly=exactly)
    if noted and not exactly and request.text and not request.offset:
        _noted(request.kind, request, [page])
    return page


def _noted(kind: str, request: SearchRequest, pages: Sequence[SearchPage]) -> None:
    """Note a text that found nothing by itself, narrowed by nothing but itself, or that took long."""
    narrowed = bool(request.filters or request.ranges or request.areas)
    found = narrowed or any(page.total and not page.corrected and not page.loosened for page in pages)
    note(kind, request.text, found=found, took_ms=max(page.took_ms for page in pages))


def _page(request: SearchRequest, *, exactly: bool = False) -> SearchPage:
    return _answered(lambda engine: _search(engine, request, exactly=exactly), SearchPage(stale=True))


def _answered(ask: Callable[[SearchEngine], T], nothing: T) -> T:
    """Return the answer of the engine in charge, of the one that stands by while it is away, or nothing at all."""
    breaker = engines.breaker_of(settings.SEARCH_URL)
    for number, engine in enumerate(engines.all_engines()):
        guarded = engine.remote and not number
        if guarded and not breaker.allows():
            continue
        try:
            answer = ask(engine)
        except EngineAway as problem:
            logger.warning("search: %s is away: %s", engine.name, problem)
            if guarded:
                breaker.failed()
        else:
            if guarded:
                breaker.worked()
            return answer
    return nothing


def _search(engine: SearchEngine, request: SearchRequest, *, exactly: bool) -> SearchPage:
    spec = spec_of(request.kind)
    request = replace(request, hidden=not_shown(engine, request.kind))
    synonyms = known_synonyms()
    plan = make_plan(request.text, lexicon=spec.lexicon(), synonyms=synonyms)
    stale = engine is not engines.current()
    if request.text.strip() and not plan:
        return SearchPage(engine=engine.name, stale=stale)  # not a single word in it, such as punctuation
    page = replace(engine.search(spec, request, plan), stale=stale)
    if page.total:
        return replace(page, settled=not stale and not request.hidden)
    if exactly or not plan or engine.matches(spec, plan, request.viewer, hidden=request.hidden):
        return page
    corrected = correction(spec, engine, request.text)
    if corrected:
        better = make_plan(corrected, lexicon=spec.lexicon(), synonyms=synonyms)
        if engine.matches(spec, better, request.viewer, hidden=request.hidden):
            return replace(engine.search(spec, request, better), corrected=corrected, stale=stale)
    for share in SHARES:
        looser = plan.loosened(share)
        if len(looser.clauses) > looser.least and engine.matches(spec, looser, request.viewer, hidden=request.hidden):
            return replace(engine.search(spec, request, looser), loosened=True, stale=stale)
    return page


def search_all(text: str, viewer: Viewer, *, size: int = 3, kinds: Sequence[str] = ()) -> tuple[Group, ...]:
    """Return the first records of every kind that a text finds, with their cards and how many there are.

    `kinds` chooses and orders; without it every kind that has a title and cards takes part. Only where no kind finds
    the text itself is it corrected and loosened. Costs a kind's cards and, all together, one query for the standing.
    """
    wanted = [spec_of(kind) for kind in kinds] if kinds else specs()
    asked = [(spec, spec.cards) for spec in wanted if spec.title and spec.cards is not None]
    requests = [SearchRequest(kind=spec.kind, text=text, viewer=viewer, size=size) for spec, _cards in asked]
    pages = [_page(request, exactly=True) for request in requests]
    if not any(page.total for page in pages):
        pages = [_page(request) for request in requests]
    if pages and text:
        _noted("", requests[0], pages)
    groups = []
    for (spec, cards), page in zip(asked, pages, strict=True):
        shown = cards([hit.id for hit in page.hits], viewer) if page.hits else {}
        found = tuple(Found(hit, shown[hit.id]) for hit in page.hits if hit.id in shown)
        if found:
            more = f"{reverse(spec.listing)}?{urlencode({'q': text})}" if spec.listing else ""
            total = page.total - (len(page.hits) - len(found))
            told = (page.corrected, page.loosened, page.stale)
            groups.append(Group(spec.kind, str(spec.title), found, total, more, *told))
    return tuple(groups)


def correction(spec: SearchSpec, engine: SearchEngine, text: str) -> str:
    """Return the text with unknown Latin words set right by one or two letters, or nothing."""
    vocabulary = engine.vocabulary(spec)
    found = pieces(normalised(text))
    right = [piece if is_han(piece) or len(piece) < 4 else _nearest(piece, vocabulary) for piece in found]
    return " ".join(right) if right != found else ""


def _nearest(word: str, vocabulary: Mapping[str, int]) -> str:
    """Return the nearest known word within one letter (two for long words); the more frequent of equals."""
    if word in vocabulary:
        return word
    most = 1 if len(word) < 7 else 2
    best: tuple[int, int, str] | None = None
    for other, count in vocabulary.items():
        if abs(len(other) - len(word)) > most:
            continue
        apart = OSA.distance(word, other, score_cutoff=most)
        if apart <= most and (best is None or (apart, -count, other) < best):
            best = (apart, -count, other)
    return best[2] if best else word


def suggest(kind: str, text: str, viewer: Viewer, *, limit: int = 8) -> list[Suggestion]:
    """Return what the reader may mean, from the first character: records, then values of facets that exist."""
    text = text[:60]
    if not pieces(normalised(text)):
        return []
    return _answered(lambda engine: _suggest(engine, spec_of(kind), text, viewer, limit), [])


def _suggest(engine: SearchEngine, spec: SearchSpec, text: str, viewer: Viewer, limit: int) -> list[Suggestion]:
    hidden = not_shown(engine, spec.kind)
    language = "en" if reads_english() else "zh"
    found = engine.suggest(spec, text, viewer, limit=limit, hidden=hidden)
    if spec.cards is not None and found:  # the index is never the authority: whoever may not see a record has no card
        shown = spec.cards([one.id for one in found if one.id is not None], viewer)
        found = [one for one in found if one.id in shown]
    records = [replace(one, text=one.names[language] or one.names["zh"] or one.names["en"]) for one in found]
    room = max(2, limit - len(records))
    values = _facet_suggestions(spec, engine, text, viewer, hidden)[:room]
    return [*records[: limit - len(values)], *values]


def _facet_suggestions(
    spec: SearchSpec, engine: SearchEngine, text: str, viewer: Viewer, hidden: frozenset[int]
) -> list[Suggestion]:
    begun = "".join(pieces(normalised(text)))
    matching = [
        Suggestion(str(label), name, value=value)
        for name, labels in spec.facets.items()
        for value, label in labels.items()
        if any(form.startswith(begun) for form in _label_forms(str(label)))
    ]
    if not matching:
        return []
    everything = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden, size=1, facets=tuple(spec.facets))
    page = engine.search(spec, everything, Plan())
    counts = {(name, one.value): one.count for name, values in page.facets.items() for one in values}
    there = [one for one in matching if counts.get((one.kind, one.value))]
    return sorted(there, key=lambda one: -counts[one.kind, one.value])


def _label_forms(label: str) -> list[str]:
    """Return what somebody may type for a label: from any of its words, or its pinyin."""
    parts = pieces(normalised(label))
    forms = ["".join(parts[index:]) for index in range(len(parts))]
    return [*forms, *(form for part in parts if is_han(part) for form in pinyin.typed_forms(part[:8]))]


def similar(kind: str, id: int, viewer: Viewer, *, limit: int = 6) -> list[Hit]:
    """Return the records that share most with one, of those the reader may see."""

    def ask(engine: SearchEngine) -> list[Hit]:
        return engine.similar(spec_of(kind), id, viewer, limit=limit, hidden=not_shown(engine, kind))

    return _answered(ask, [])


def facet_data(spec: SearchSpec, page: SearchPage) -> dict[str, list[dict[str, Any]]]:
    """Return a page's facets as the API's contract has them."""
    return {
        name: [{"value": one.value, "label": spec.label(name, one.value), "count": one.count} for one in values]
        for name, values in page.facets.items()
    }
