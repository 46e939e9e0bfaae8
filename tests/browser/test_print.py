"""On paper a page is a document: nothing to press or to fill in, several entries a sheet."""

from __future__ import annotations

import re

import pytest

PRESSED = """() => [...document.querySelectorAll(
  'nav, button, summary.button, .find__views, .find__facets, .find__bar, .progmore, .daytabs, [type=search], [type=date]')]
  .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80))"""
SHEETS = {
    "/{}/locations/": 6,
    "/{}/locations/?view=grid": 6,
    "/{}/locations/songji-old-town/": 6,
    "/{}/stages/": 3,
    "/{}/stages/led-1/": 8,
    "/{}/film-week/": 3,
    "/{}/film-week/?view=list": 3,
    "/{}/services/directory/": 8,
}
"""A page → the sheets of A4 it may take at most. The lists have 24 places and 8 stages, once one a sheet."""


@pytest.mark.parametrize("path", SHEETS)
def test_a_page_prints_as_a_document(visit, path):
    page, _watch = visit("zh-hans", 1440)
    page.goto(path.format("zh-hans"))
    page.wait_for_load_state("networkidle")
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert 1 <= sheets <= SHEETS[path]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate(PRESSED) == []
