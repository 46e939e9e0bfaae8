"""Look through a PDF for what runs or hides in it. A program of its own: reads the file, prints one word, may be killed.

    python -I pdf_look.py SECONDS MEGABYTES CHANGED < file        fine | damaged | runs | carries | locked | placed | signed

CHANGED is 1 where positions were taken out of the file before: then it may not be signed.

Objects are read as a reader would read them, so a name written `/J#61vaScript` or an object packed in a stream is
seen; and so is every object that the table of contents does not name, since a reader that mends a file finds it too.
"""

import io
import logging
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))  # -I leaves the folder of the program out
from positions import says_where

ACTIONS = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/GoToE", "/GoTo3DView",
}  # fmt: skip
RUNNING_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
RUNNING_SORTS = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
CARRYING_KEYS = {"/EmbeddedFiles", "/EF"}
CARRYING_SORTS = {"/EmbeddedFile", "/FileAttachment"}
PICTURES = ("/DCT", "/JPX")  # also behind another filter; of others only the colours are kept
OBJECT = re.compile(rb"\b\d{1,10}[ \t\r\n]{1,4}\d{1,5}[ \t\r\n]{1,4}obj\b[ \t\r\n\f\0]{0,64}")


class Found(Exception):
    """What the file may not have; the word is the answer."""


def look(data: bytes, *, changed: bool) -> None:
    """Raises `Found` with one word, or anything at all where the file cannot be read."""
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Found("locked")
    if not reader.root_object["/Pages"].get_object()["/Kids"]:  # type: ignore[index]
        raise Found("damaged")
    if changed and b"/ByteRange" in data:  # always written out: the signature counts from it
        raise Found("signed")
    judge(reader.trailer)
    known = set()
    for generation, places in reader.xref.items():
        for number, place in places.items():
            known.add(place)
            value = reader.get_object(IndirectObject(number, generation, reader))
            judge(value)
            unpack(value, reader)
            locate(value)
    for match in OBJECT.finditer(data):
        if match.start() not in known:
            orphan(match.end(), reader)


def orphan(place: int, reader: Any) -> None:
    """Judge an object that no table names; what only looks like one cannot be read, and is none."""
    from pypdf.generic import read_object

    reader.stream.seek(place)
    try:
        value = read_object(reader.stream, reader)
    except Exception:  # noqa: BLE001 - bytes of a picture that happen to look like the beginning of an object
        return
    judge(value)
    unpack(value, reader)
    locate(value)


def locate(value: Any) -> None:
    """Raises `Found` where a picture, or what is said about one, tells where it was taken."""
    from pypdf.generic import StreamObject

    if not isinstance(value, StreamObject):
        return
    filters = str(resolved(value.get("/Filter")))
    picture = any(name in filters for name in PICTURES)
    if (picture or resolved(value.get("/Type")) == "/Metadata") and says_where(value.get_data()):
        raise Found("placed")


def unpack(value: Any, reader: Any) -> None:
    """Judge the objects inside a stream of objects, one after the other."""
    from pypdf.generic import StreamObject, read_object

    if not isinstance(value, StreamObject) or resolved(value.get("/Type")) != "/ObjStm":
        return
    content, count, first = value.get_data(), int(str(value["/N"])), int(str(value["/First"]))
    numbers = [int(word) for word in content[:first].split()]
    places = numbers[1 : 2 * count : 2]
    if len(places) != count or places != sorted(set(places)):
        raise Found("damaged")
    stream = io.BytesIO(content)
    for place, following in zip(places, [*places[1:], len(content) - first], strict=True):
        stream.seek(first + place)
        judge(read_object(stream, reader))
        if stream.tell() > first + following + 1:
            raise Found("damaged")


def parts(value: Any) -> Iterator[Any]:
    """Yield a value and everything written inside it, without following references."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting.extend(dict.values(one))
        elif isinstance(one, list):
            waiting.extend(list.__iter__(one))


def resolved(value: Any) -> Any:
    """Return a value, or what a reference leads to."""
    return value.get_object() if hasattr(value, "get_object") else value


def judge(value: Any) -> None:
    """Raises `Found` where a value runs something or carries a file."""
    for one in parts(value):
        if not isinstance(one, dict):
            continue
        keys = set(one)
        sorts = {str(resolved(dict.get(one, key))) for key in ("/S", "/Type", "/Subtype") if key in keys}
        if keys & RUNNING_KEYS or sorts & (ACTIONS | RUNNING_SORTS):
            raise Found("runs")
        if keys & CARRYING_KEYS or sorts & CARRYING_SORTS:
            raise Found("carries")
        if "/URI" in keys and str(resolved(dict.get(one, "/URI"))).strip().lower().startswith("javascript"):
            raise Found("runs")


def main() -> None:
    """Limit oneself first, then look."""
    seconds, megabytes, changed = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1"
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()
    try:
        look(sys.stdin.buffer.read(), changed=changed)
    except Found as found:
        word = str(found)
    except Exception:  # noqa: BLE001 - whatever a hostile file does to the reader, it is not a file we take
        word = "damaged"
    else:
        word = "fine"
    sys.stdout.write(word)


if __name__ == "__main__":
    main()
