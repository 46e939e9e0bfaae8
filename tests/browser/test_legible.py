"""What a page shows can be read: 24 loads measured on the painted picture."""

from __future__ import annotations

import pytest

from .legible import complaints

BOTH = ("zh-hans", "en")
LOADS = (
    *(("/{}/", language, width, scheme) for language in BOTH for width in (390, 1440) for scheme in ("light", "dark")),
    ("/{}/locations/", "zh-hans", 390, "light"),
    ("/{}/locations/", "en", 1440, "dark"),
    ("/{}/locations/songji-old-town/", "zh-hans", 1440, "light"),
    ("/{}/locations/songji-old-town/", "en", 390, "dark"),
    ("/{}/stages/", "zh-hans", 390, "dark"),
    ("/{}/stages/", "en", 1440, "light"),
    ("/{}/stages/led-1/", "zh-hans", 1440, "dark"),
    ("/{}/stages/led-1/", "en", 390, "light"),
    ("/{}/film-week/", "zh-hans", 1440, "light"),
    ("/{}/film-week/", "en", 390, "dark"),
    ("/{}/services/directory/", "zh-hans", 390, "light"),
    ("/{}/services/directory/", "en", 1440, "dark"),
    ("/{}/news/", "zh-hans", 1440, "light"),
    ("/{}/find/?q=led", "en", 390, "light"),
    ("/{}/bookings/new/led-1/", "zh-hans", 390, "dark"),
    ("/accounts/login/", "en", 1440, "light"),
)


def test_the_measure_sees_white_words_on_pale_paper_and_texts_over_each_other(visit):
    page, _watch = visit("en", 390)
    page.set_content('<body bgcolor="#eeeeee"><font color="#ffffff">A faint line</font><p>A line to read</p></body>')
    assert [one.partition(" at ")[0] for one in complaints(page)] == ["faint: 'A faint line' 1.16 : 1"]
    page.set_content('<body><p>One line</p><p id="b">Another line</p></body>')
    page.evaluate("document.querySelector('#b').animate([{marginTop: '-34px'}, {marginTop: '-34px'}], 1e6)")
    assert complaints(page) == ["overlap: 'One line' over 'Another line'"]


@pytest.mark.parametrize(("path", "language", "width", "scheme"), LOADS)
def test_every_text_of_a_page_can_be_read(visit, path, language, width, scheme):
    page, _watch = visit(language, width, color_scheme=scheme)
    page.goto(path.format(language))
    page.wait_for_load_state("networkidle")
    assert complaints(page) == []
