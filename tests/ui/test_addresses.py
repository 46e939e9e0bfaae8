"""What machines read of addresses: the site map's records, alternates of filtered lists, /favicon.ico."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.utils.translation import override

from locations.models import Location
from portal.ui.context_processors import chrome
from portal.ui.sitemaps import RecordsSitemap, record_sections

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def place(slug: str, **values: object) -> Location:
    """Make a published place of everybody's."""
    values = {
        "code": slug,
        "state": Location.State.PUBLISHED,
        "lat": 29.1,
        "lng": 105.8,
        "name_zh": slug,
        "name_en": slug,
        **values,
    }
    return Location.objects.create(slug=slug, **values)


def addresses(xml: str) -> dict[str, int]:
    """Return each address of a site map with its number of alternates."""
    urls = ElementTree.fromstring(xml)  # noqa: S314 - our own answer
    return {url.findtext(f"{MAP}loc", "").partition("testserver")[2]: len(url.findall(LINK)) for url in urls}


def test_every_kind_of_record_with_a_page_is_in_the_site_map():
    assert set(record_sections()) == {"places", "stages", "vendors", "sessions"}


def test_the_site_map_names_what_everybody_sees_in_both_languages(client: Client, db: None):
    place("seen")
    place("draft", state=Location.State.DRAFT)
    for path in ("/sitemap.xml", "/sitemap-places.xml"):
        found = addresses(client.get(path).text)
        assert {one: found.get(one) for one in ("/zh-hans/locations/seen/", "/en/locations/seen/")} == {
            "/zh-hans/locations/seen/": 2,
            "/en/locations/seen/": 2,
        }
        assert not [one for one in found if "draft" in one]


def test_many_records_make_the_site_map_a_list_of_slices(client: Client, db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(RecordsSitemap, "limit", 2)
    for number in range(3):
        place(f"place-{number}")
    index = client.get("/sitemap.xml").text
    parts = re.findall(r"<loc>http://testserver(/sitemap-places[^<]*)", index)
    assert len(parts) == 3, "three places in two languages, two a slice"
    assert len({one for part in parts for one in addresses(client.get(part).text)}) == 6
    assert client.get("/sitemap-places.xml?p=9").status_code == 404


@pytest.mark.parametrize(("language", "other"), [("zh-hans", "en"), ("en", "zh-hans")])
def test_a_filtered_list_names_the_whole_list_in_both_languages(client: Client, db: None, language: str, other: str):
    with override(language):
        html = client.get(f"/{language}/locations/?q=bamboo").text
    links = re.findall(r'<link rel="(?:canonical|alternate)"[^>]*href="[^"/]*//[^"/]*([^"]*)"', html)
    assert links[:3] == [f"/{language}/locations/", f"/{language}/locations/", f"/{other}/locations/"]
    assert f'href="/{other}/locations/?q=bamboo"' in html, "the reader's own switch keeps the search"


def test_the_old_icon_address_leads_to_the_mark(client: Client, db: None):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".ico")
    assert finders.find("ui/icons/favicon.ico")


@pytest.mark.parametrize(
    ("form_page", "switch"),
    [
        ("http://testserver/zh-hans/bookings/B-1/?day=2", "/en/bookings/B-1/?day=2"),
        ("http://testserver/accounts/company/?tab=1", "/accounts/company/?tab=1&language=en"),
        ("https://elsewhere.example/zh-hans/bookings/B-1/", "/en/bookings/B-1/cancel/"),
        ("", "/en/bookings/B-1/cancel/"),
    ],
)
def test_after_a_refused_form_the_language_switch_leads_to_the_page_of_the_form(
    rf: RequestFactory, form_page: str, switch: str
):
    """What the form was sent to may answer POST alone."""
    request = rf.post("/zh-hans/bookings/B-1/cancel/", headers={"Referer": form_page})
    assert chrome(request)["other_language_path"] == switch
