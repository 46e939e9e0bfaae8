"""PDFs: looked through by a child process with limits, so that no file can hold a web thread or fill its memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import positions

LOOK: Final = str(Path(__file__).with_name("pdf_look.py"))
CPU_SECONDS: Final = 4
MEGABYTES: Final = 1024
_looking = threading.BoundedSemaphore(2)


def check_pdf(data: bytes) -> bytes:
    """Return a PDF whose pictures do not say where they were taken; nothing else is changed, and no byte moves.

    Raises `ValidationError` for one that is damaged, locked, too costly, runs something, carries files, or holds a position
    that cannot be taken out: packed a second time, encrypted, or under a signature. Takes about 0.3 s, at most `CPU_SECONDS` of processor time in a process of its own.
    """
    kept = positions.forget(data)
    tail = kept[-2048:]
    if not data.startswith(b"%PDF-") or b"startxref" not in tail or not tail.rstrip(b"\0\t\r\n ").endswith(b"%%EOF"):
        raise refusal("damaged")
    with _looking:
        try:
            said = subprocess.run(  # noqa: S603 - our own script, the file comes by a pipe
                [sys.executable, "-I", LOOK, str(CPU_SECONDS), str(MEGABYTES), str(int(kept != data))],
                input=kept, capture_output=True, timeout=5 * CPU_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as exc:
            raise refusal("heavy") from exc
    word = said.stdout.decode("ascii", "replace")
    if word != "fine":
        raise refusal(word)
    return kept


def refusal(word: str) -> ValidationError:
    """Return why a PDF is not taken."""
    words = {
        "damaged": _("The PDF is damaged or incomplete. Save it again and send that."),
        "runs": _("The PDF contains a program or script. Print it into a new PDF and send that."),
        "carries": _("The PDF carries other files inside. Print it into a new PDF and send that."),
        "placed": _(
            "A picture in the PDF tells where it was taken, and this cannot be taken out. Save the picture without its position and make the PDF again."
        ),
        "signed": _(
            "A picture in the PDF tells where it was taken, and taking this out would break the signature. Save the picture without its position and sign again."
        ),
        "locked": _("The PDF is locked with a password, so it cannot be checked."),
    }
    heavy = _("The PDF is too complicated to be checked. Print it into a new PDF and send that.")
    return ValidationError(words.get(word, heavy), code=f"pdf_{word if word in words else 'heavy'}")
