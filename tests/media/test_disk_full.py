"""A disk that is full in the middle of an upload: neither row nor file is left, and the answer says why."""

import errno
import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse

from media.actions import add_document, add_picture
from media.models import PortalDocument, PortalImage
from portal.core import storage
from portal.core.storage import is_full, written_files
from portal.payments.models import TransferSlip
from tests.factories.files import pdf
from tests.load.hostile_images import jpeg


def kept():
    return {os.path.join(at, name) for at, _sub, names in os.walk(storages["private"].path("")) for name in names}


class Full(io.BytesIO):
    """Takes some bytes, then no more."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def write(self, data):
        self.path.write_bytes(bytes(data)[:100])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full(monkeypatch):
    """No file can be written to its end any more."""
    monkeypatch.setattr(storage, "_opened", Full)


def slip(client, earnest):
    upload = SimpleUploadedFile("a.pdf", pdf())
    return client.post(reverse("pay:slip", args=[earnest.pk]), {"file": upload})


def test_a_full_disk_is_answered_with_507_and_nothing_is_left(lin, earnest, full):
    client, before = Client(raise_request_exception=False), kept()
    client.force_login(lin)
    answer = slip(client, earnest)
    assert answer.status_code == 507
    assert "存储空间满了" in answer.text
    assert kept() == before
    assert not TransferSlip.objects.exists()


@pytest.mark.parametrize("add", [add_picture, add_document])
def test_no_action_leaves_a_cut_file_or_a_row(add, gao, full):
    name, content = ("a.jpg", jpeg()) if add is add_picture else ("a.pdf", pdf())
    before = kept()
    with pytest.raises(OSError, match="No space left"):
        add(file=io.BytesIO(content), name=name, title="x", actor=gao)
    assert kept() == before
    assert not PortalImage.objects.exists()
    assert not PortalDocument.objects.exists()


def test_a_real_small_disk_keeps_what_fits_and_nothing_else(tmp_path):
    """A limit on the size of files stands for the disk's end where no file system may be mounted."""
    import resource
    import signal

    place = storage.WholeFileStorage(location=tmp_path)
    place.save("fits", ContentFile(b"x" * 1000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            place.save("big", ContentFile(b"x" * 300_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in Path(tmp_path).rglob("*") if path.is_file()] == ["fits"]


@pytest.mark.django_db
def test_a_file_whose_row_could_not_be_written_goes_too(tmp_path, django_capture_on_commit_callbacks):
    place = storage.WholeFileStorage(location=tmp_path)

    def fails():
        with written_files(), transaction.atomic():
            place.save("a", ContentFile(b"x"))
            raise OperationalError("database or disk is full")

    with pytest.raises(OperationalError):
        fails()
    assert not place.exists("a")
    with written_files() as take_away:
        with django_capture_on_commit_callbacks(execute=True):
            place.save("b", ContentFile(b"x"))
        take_away()
    assert place.exists("b"), "its row is there for good"


def test_what_says_that_a_disk_is_full():
    wrapped = RuntimeError("x")
    wrapped.__cause__ = OSError(errno.EDQUOT, "quota")
    for failure in (
        OSError(errno.ENOSPC, "x"),
        wrapped,
        OperationalError("could not extend file: No space left on device"),
    ):
        assert is_full(failure)
    for failure in (None, OSError(errno.EACCES, "x"), OperationalError("database is locked")):
        assert not is_full(failure)
