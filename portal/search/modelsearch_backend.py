"""The admin's own search boxes on our tokens: Wagtail's database backend, told what a word is.

Without it the database sees a run of Chinese as one word and finds none of its parts. Both sides are replaced: what is
indexed (an internal class of modelsearch, so its version is pinned by the lock file and a test looks) and what is asked.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from modelsearch.query import And, Boost, Not, Or, Phrase, PlainText

from . import pinyin
from .tokens import is_han, normalised, pieces, words

NAME = 40
"""Texts up to this length may be typed in pinyin: names and titles, not what is written about them."""


def kept(text: str) -> str:
    """Return what the database stores of a text: our tokens, whole Latin words too, of names their pinyin."""
    parts = pieces(normalised(text))
    found = [*words(text, singles=True), *(piece for piece in parts if not is_han(piece))]
    if len(text) <= NAME:
        found += [token for piece in parts if is_han(piece) for token in pinyin.name_tokens(piece[:20])]
    return " ".join(dict.fromkeys(found))


def asked(text: str, *, typing: bool) -> str:
    """Return what the database is asked: pairs of Chinese, stems, or, while somebody types, words as far as they go."""
    text = text[:200]
    if not typing:
        return " ".join(words(text))
    return " ".join(dict.fromkeys(one for piece in pieces(normalised(text)) for one in _typed(piece)))


def _typed(piece: str) -> list[str]:
    return words(piece) if is_han(piece) else [piece]


def translated(query: Any, *, typing: bool) -> Any:
    """Return a query of modelsearch with its words replaced by ours; an empty text where no word is left."""
    if isinstance(query, str):
        return asked(query, typing=typing)
    if isinstance(query, PlainText):
        return PlainText(asked(query.query_string, typing=typing), operator=query.operator, boost=query.boost)
    if isinstance(query, Phrase):
        return PlainText(asked(query.query_string, typing=typing))
    if isinstance(query, And | Or):
        return type(query)([translated(one, typing=typing) for one in query.subqueries])
    if isinstance(query, Not):
        return Not(translated(query.subquery, typing=typing))
    if isinstance(query, Boost):
        return Boost(translated(query.subquery, typing=typing), query.boost)
    return query


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """Return the backend of the default database, on our tokens."""
    if connection.vendor == "postgresql":
        from modelsearch.backends.database.postgres import postgres as backend

        stock, params = backend.PostgresSearchBackend, {"SEARCH_CONFIG": "simple", **params}
    else:
        from modelsearch.backends.database.sqlite import sqlite as backend

        stock = backend.SQLiteSearchBackend
    backend.ObjectIndexer = _indexer(backend.ObjectIndexer)
    index = type("WholeIndex", (_Whole, stock.index_class), {})
    made = type("TokenBackend", (_Asking, stock), {"index_class": index})
    return made(params)


class _Whole:
    """Entries are looked up and written in one transaction: a request and a task index the same record at once."""

    def add_items(self, model: Any, objs: Any) -> None:
        with transaction.atomic():
            super().add_items(model, objs)  # type: ignore[misc]  # the class beside it has it


class _Asking:
    """What is asked of it is asked in our words."""

    autocomplete_query_compiler_class: Any

    def _search(self, compiler: Any, query: Any, model_or_queryset: Any, **options: Any) -> Any:
        typing = compiler is self.autocomplete_query_compiler_class
        return super()._search(compiler, translated(query, typing=typing), model_or_queryset, **options)  # type: ignore[misc]  # of the stock class beside it


def _indexer(stock: Any) -> Any:
    """Return the class that reads a record, once replaced."""
    if getattr(stock, "tokens_of_ours", False):
        return stock

    class TokenIndexer(stock):
        tokens_of_ours = True

        def prepare_value(self, value: Any) -> str:
            return kept(value) if isinstance(value, str) else super().prepare_value(value)

    return TokenIndexer
