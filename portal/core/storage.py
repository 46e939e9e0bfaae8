"""Files on this machine's disk: whole or not at all, and gone again where their row was not written."""

from __future__ import annotations

import contextlib
import errno
import logging
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, Final

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

FULL: Final = (errno.ENOSPC, errno.EDQUOT)
FULL_WORDS: Final = ("is full", "no space left")
ARRIVING: Final = ".arriving"
_written: ContextVar[list[tuple[FileSystemStorage, str]] | None] = ContextVar("written", default=None)


def _opened(path: Path) -> IO[bytes]:
    return path.open("wb")


class _Arrived(File):  # type: ignore[type-arg]  # not subscriptable when the program runs
    """A file that lies on the disk already; Django moves it to its place in one step."""

    def __init__(self, path: Path) -> None:
        super().__init__(None, name=path.name)
        self.path = path

    def temporary_file_path(self) -> str:
        """Return where it lies."""
        return str(self.path)

    def close(self) -> None:
        """Nothing is open."""


class WholeFileStorage(FileSystemStorage):
    """Writes beside the place and moves the finished file there: a full disk leaves nothing that looks like a file."""

    def _save(self, name: str, content: Any) -> str:
        arriving = Path(self.path(ARRIVING)) / uuid.uuid4().hex
        arriving.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _opened(arriving) as file:
                for chunk in content.chunks():
                    file.write(chunk if isinstance(chunk, bytes) else chunk.encode())
            kept = str(super()._save(name, _Arrived(arriving)))  # type: ignore[misc]  # Django's stubs leave it out
        finally:
            arriving.unlink(missing_ok=True)
        _remember(self, kept)
        return kept


def _remember(storage: FileSystemStorage, name: str) -> None:
    """Note a file of this request until its row is there for good."""
    written = _written.get()
    if written is None:
        return
    entry = (storage, name)
    written.append(entry)
    transaction.on_commit(lambda: written.remove(entry) if entry in written else None)


@contextlib.contextmanager
def written_files() -> Iterator[Callable[[], None]]:
    """Take the files of this step away again where it fails before their rows are committed; so does a call of what is yielded."""
    written: list[tuple[FileSystemStorage, str]] = []
    token = _written.set(written)

    def take_away() -> None:
        for storage, name in written:
            with contextlib.suppress(OSError):
                storage.delete(name)
                logger.info("a file whose row was not written was taken away: %s", name)

    try:
        yield take_away
    except BaseException:
        take_away()
        raise
    finally:
        _written.reset(token)


class WrittenFilesMiddleware:
    """Takes the files of a request away again that failed or was refused before their rows were committed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with written_files() as take_away:
            response = self.get_response(request)
            if response.status_code >= 400:
                take_away()
            return response


def is_full(failure: BaseException | None) -> bool:
    """Return whether a failure, or what caused it, says that a disk is full."""
    while failure is not None:
        if isinstance(failure, OSError) and failure.errno in FULL:
            return True
        if isinstance(failure, DatabaseError) and any(words in str(failure).lower() for words in FULL_WORDS):
            return True
        failure = failure.__cause__ or failure.__context__
    return False
