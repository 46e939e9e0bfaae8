"""The list and the page of a place: few queries, no Chinese on English pages, hostile texts harmless."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from locations.actions import create_location, update_location
from locations.models import LocationBlackout, LocationCredit, LocationPhoto, LocationRestriction

from .conftest import fields

pytestmark = pytest.mark.django_db
HOSTILE = [
    "a" * 10_000,
    '"unbalanced',
    "((((",
    "a AND OR NOT",
    "title:x^2~",
    "%00",
    "🎬🎥",
    "𠀀𠀁𠀂",
    "\u202eابتث",
    "e\u0301" * 300,
    "ﷺ" * 200,
    "'; DROP TABLE locations_location; --",
    "<script>alert(1)</script>",
    "的" * 300,
    "竹" * 5000,
    "\ufffe\uffff",
    "*?[]{}\\",
]


@pytest.fixture
def full(gao, make_image, street, bamboo):
    """A place with twelve pictures and every kind of row."""
    photos = [LocationPhoto(image=make_image(n), order=n, shows_place=n % 2 == 0) for n in range(12)]
    days = LocationBlackout(starts_on="2099-06-07", ends_on="2099-06-10", reason_zh="高考", reason_en="Exams")
    rows = {
        "photos": photos,
        "restrictions": [LocationRestriction(text_zh="禁明火", text_en="No open fire")],
        "blackouts": [days],
        "credits": [LocationCredit(title_zh="渡口", title_en="The Ferry", year=2024)],
    }
    return update_location(actor=gao, location=street, children=rows)


def queries(client, address, **params):
    client.get(address, params)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, params)
    assert response.status_code == 200
    return [query["sql"] for query in captured], response


def test_the_page_of_a_place_asks_ten_times_at_most_and_nothing_twice(client, full):
    asked, response = queries(client, full.get_absolute_url())
    assert len(asked) <= 10, asked
    assert len(set(asked)) == len(asked)
    assert response.text.count('data-credit="A. Author"') == 12


def test_the_list_asks_the_same_however_many_places_there_are(client, full, gao, make_image):
    first, _response = queries(client, reverse("locations:list"))
    for number in range(10, 30):
        photo = LocationPhoto(image=make_image(number))
        create_location(actor=gao, children={"photos": [photo]}, **fields(number))
    then, response = queries(client, reverse("locations:list"))
    assert len(first) == len(then) <= 10
    assert len(set(then)) == len(then)
    assert response.text.count('class="hit"') == 22


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_list_or_the_api(client, full, text):
    response = client.get(reverse("locations:list"), {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert client.get("/api/v1/locations", {"q": text}).status_code in {200, 422}
    assert client.get("/api/v1/locations/suggest", {"q": text}).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"page": "-1"},
        {"page": "99999999"},
        {"page": "x"},
        {"landscape": "nowhere"},
        {"bbox": "1,2,3"},
        {"bbox": "nan,inf,0,0"},
        {"near": "x"},
        {"sort": "distance"},
        {"sort": "'"},
        {"zoom": "x"},
    ],
)
def test_odd_addresses_are_read_kindly_on_pages(client, street, params):
    response = client.get(reverse("locations:list"), params)
    assert response.status_code == 200
    assert "songji-old-town" in response.text or params.get("page", "").isdigit()


def test_a_long_search_is_cut_and_the_reader_is_told(client, street):
    with translation.override("en"):
        text = client.get(reverse("locations:list"), {"q": "bamboo " * 60}).text
    assert "first 200 characters" in text


def test_filters_work_without_javascript_and_htmx_gets_the_results_alone(client, street, bamboo):
    page = client.get(reverse("locations:list"), {"landscape": ["bamboo", "wharf"]})
    assert page.text.count('class="hit"') == 2
    assert 'value="bamboo" checked' in page.text
    part = client.get(reverse("locations:list"), {"landscape": "bamboo"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert part.text.count('class="hit"') == 1
    assert "HX-Request" in part.headers["Vary"]


def test_an_empty_result_says_what_to_do(client, street):
    with translation.override("en"):
        text = client.get(reverse("locations:list"), {"q": "xyzzyq"}).text
    assert "Show all places" in text


def test_english_pages_hold_no_chinese_outside_marked_elements(client, full):
    with translation.override("en"):
        addresses = [reverse("locations:list"), full.get_absolute_url()]
    for address in addresses:
        text = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", client.get(address).text, flags=re.DOTALL)
        assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_the_page_says_what_is_true_of_its_pictures(client, full):
    with translation.override("en"):
        text = client.get(full.get_absolute_url()).text
    assert text.count('data-caption="Sample picture') == 6


def test_map_links_are_moved_to_the_chinese_grid(client, street):
    text = client.get(street.get_absolute_url()).text
    assert "uri.amap.com/marker" in text
    assert "105.8925%2C29.058" not in text
    assert "apis.map.qq.com" in text
    assert "api.map.baidu.com" in text


@pytest.mark.parametrize("day", ["2026-06-21", "1700-01-01", "9999-12-31", "x", ""])
def test_the_sun_answers_any_day(client, street, day):
    assert client.get(street.get_absolute_url(), {"date": day}).status_code == 200


def test_structured_data_cannot_leave_its_element(client, gao, street):
    update_location(actor=gao, location=street, summary_zh="</script><b>", summary_en="</script><b>")
    text = client.get(street.get_absolute_url()).text
    assert "</script><b>" not in text
    assert "\\u003c/script\\u003e" in text.lower()
