"""Words that mean the same, as the query plan wants them."""

from __future__ import annotations

from django.core.cache import cache

from .models import Synonym
from .plan import Synonyms
from .tokens import normalised, pieces

KEY = "search:synonyms"
KEPT_S = 30


def known_synonyms() -> Synonyms:
    """Return word → the other words of its groups; from the cache for half a minute."""
    groups = cache.get(KEY)
    if groups is None:
        groups = [[" ".join(pieces(normalised(word))) for word in one.members()] for one in Synonym.objects.all()]
        cache.set(KEY, groups, KEPT_S)
    table: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            table[word] = (*table.get(word, ()), *(other for other in group if other != word))
    return table


def forget() -> None:
    """Have the next search read the groups again; other processes do within half a minute."""
    cache.delete(KEY)
