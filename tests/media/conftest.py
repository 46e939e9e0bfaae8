"""Pictures for the tests of this app."""

import io

import pytest
from PIL import Image

from media.actions import add_picture
from tests.directory.conftest import company_w, vendor, wei  # noqa: F401 - what people upload hangs on these
from tests.payments.conftest import booking, earnest, led  # noqa: F401


def jpeg_bytes(width=1200, height=800, colour=(90, 120, 150), **options):
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), colour)
    picture.paste((200, 60, 40), (0, 0, width // 3, height // 2))
    picture.save(out, "JPEG", quality=85, **options)
    return out.getvalue()


@pytest.fixture
def picture(gao):
    """A picture of the lot whose sizes are not made yet."""
    return add_picture(
        file=io.BytesIO(jpeg_bytes()),
        name="hall.jpg",
        title="旧公馆大厅",
        subject_zh="旧公馆大厅",
        subject_en="Hall of an old mansion",
        credit="Ada Example",
        licence="CC0 1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        actor=gao,
    )
