"""The sample pages, drawn with one picture."""

import io
from collections import defaultdict

import pytest
from PIL import Image

from demo import pages
from media.actions import add_picture, make_renditions


@pytest.fixture
def shown(gao):
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), (90, 120, 150)).save(out, "JPEG")
    image = add_picture(
        file=out, name="a.jpg", title="索道", subject_zh="索道", subject_en="Cableway", credit="Ada", actor=gao
    )
    make_renditions(image.pk)
    return image


@pytest.fixture
def tree(shown, gao):
    """Home pages by language, with everything below."""
    return pages.load(defaultdict(lambda: shown), gao)
