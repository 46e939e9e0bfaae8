"""Places of the tests: one public, one private to company A, one hidden, one draft; and pictures without files."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from locations.actions import create_location
from media.models import PortalImage, PortalRendition

STREET = {
    "code": "YC-SG-014",
    "slug": "songji-old-town",
    "name_zh": "松溉古镇",
    "name_en": "Songji Old Town",
    "summary_zh": "石板街顺坡下到江边。",
    "summary_en": "A flagstone street falls to the river.",
    "description_zh": "沿江的老街，可拍民国戏，有吊脚楼。",
    "description_en": "An old street by the river with stilt houses.",
    "district_zh": "永川区",
    "district_en": "Yongchuan",
    "town_zh": "松溉镇",
    "town_en": "Songgai",
    "lat": 29.058,
    "lng": 105.8925,
    "heritage": ["old-town", "stilt-house"],
    "era": ["qing", "republic"],
    "landscape": ["wharf"],
    "truck_to_set_m": 86,
    "popularity": 50,
    "state": "published",
}


def fields(number: int, **changes):
    """Return valid fields of another place."""
    made = {
        **STREET,
        "code": f"YC-TT-{number:03}",
        "slug": f"place-{number}",
        "name_zh": f"地点{number}",
        "name_en": f"Place {number}",
    }
    return {**made, **changes}


@pytest.fixture
def street(gao):
    return create_location(actor=gao, **STREET)


@pytest.fixture
def bamboo(gao):
    return create_location(
        actor=gao,
        **fields(
            2,
            slug="chashan-bamboo-sea",
            name_zh="茶山竹海",
            name_en="Chashan Bamboo Sea",
            summary_zh="竹海压着茶园。",
            summary_en="Bamboo above, tea below.",
            heritage=[],
            landscape=["bamboo", "tea"],
            era=["republic", "today"],
            truck_to_set_m=20,
            lat=29.423,
            lng=105.874,
            popularity=90,
        ),
    )


@pytest.fixture
def private(gao, company_a):
    """Company A's own: a word and a facet value nobody else has."""
    return create_location(
        actor=gao,
        **fields(
            3,
            slug="secret-courtyard",
            name_zh="秘密麒麟院",
            name_en="Secret Qilin Courtyard",
            landscape=["cave"],
            organisation=company_a,
            exact_point_public=False,
            lat=29.25312,
            lng=105.95617,
        ),
    )


@pytest.fixture
def hidden(gao):
    return create_location(
        actor=gao,
        **fields(
            4, slug="old-mine", name_zh="箕山旧矿道", name_en="Old Mine Road", urban_form=["tunnel"], state="hidden"
        ),
    )


@pytest.fixture
def make_image(gao):
    """Pictures with their sizes, as the intake would leave them."""

    def make(number: int) -> PortalImage:
        buffer = BytesIO()
        Image.new("RGB", (8, 6), (number * 9 % 255, 90, 90)).save(buffer, "PNG")
        image = PortalImage(
            title=f"P{number}", subject_zh=f"图{number}", subject_en=f"Picture {number}", credit="A. Author"
        )
        image.file.save(f"{number}.png", ContentFile(buffer.getvalue()), save=False)
        image.width, image.height = 1600, 1200
        image.state = PortalImage.State.READY
        image.save()
        for width, kind in ((480, "webp"), (960, "webp"), (1600, "webp"), (960, "jpeg")):
            PortalRendition.objects.create(
                image=image,
                filter_spec=f"width-{width}|format-{kind}",
                focal_point_key="",
                file=f"pictures/{number}-{width}.{kind}",
                width=width,
                height=width * 3 // 4,
            )
        return image

    return make
