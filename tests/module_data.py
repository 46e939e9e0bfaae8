"""Records that take seconds to write, written once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from portal.search.models import SearchSequence, new_lineage


@contextmanager
def kept_for_the_module(blocker) -> Iterator[None]:
    """Give a module-scoped fixture the database; what it writes is gone when the block ends.

    The records stand in a transaction around those of the tests, marked as Django marks its own, so that code which
    waits for the outermost commit takes no notice of it. Not for modules with `transaction=True`.
    """
    outer = transaction.atomic()
    outer._from_testcase = True
    with blocker.unblock(), outer:
        yield
        transaction.set_rollback(True)


def start_a_new_index() -> None:
    """Have the search index made anew: what the test before this one wrote is rolled back, but stands in the index."""
    SearchSequence.objects.update(lineage=new_lineage())
