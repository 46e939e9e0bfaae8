"""The admin's own index: a request and a task that index the same picture at once do not trip over each other."""

import contextlib
import threading

import pytest
from django.db import connection
from django.db.models import QuerySet
from modelsearch.backends import get_search_backend

from media.models import PortalImage


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_that_index_one_record_at_once_both_succeed(monkeypatch):
    """Both looked, neither found, both inserted: one of 44 pictures of a batch failed."""
    IndexEntry = PortalImage._meta.get_field("index_entries").related_model  # noqa: N806
    from wagtail.models import Collection

    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    picture = PortalImage(title="旧公馆大厅", width=1, height=1, file="originals/x.jpg", file_size=1, collection=root)
    PortalImage.objects.bulk_create([picture])
    IndexEntry.objects.all().delete()
    looked, failures = threading.Barrier(2), []
    stock = QuerySet.bulk_create

    def slowly(self, *args, **options):
        with contextlib.suppress(threading.BrokenBarrierError):
            assert self.model is IndexEntry
            looked.wait(timeout=2)  # both have looked, where nothing keeps them apart
        return stock(self, *args, **options)

    monkeypatch.setattr(QuerySet, "bulk_create", slowly)

    def index():
        try:
            get_search_backend().add(PortalImage.objects.get(pk=picture.pk))
        except Exception as exc:  # noqa: BLE001 - told by the assertion below
            failures.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=index) for _both in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert IndexEntry.objects.filter(object_id=str(picture.pk)).count() == 1
