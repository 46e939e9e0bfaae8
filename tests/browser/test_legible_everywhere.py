"""Every kind of page in both languages, two widths and two schemes can be read. By command, it takes a long while:

    LOOK_EVERYWHERE=1 sh tests/browser/run tests/browser/test_legible_everywhere.py -s
    LOOK_EVERYWHERE=1 sh tests/browser/run tests/browser/test_legible_everywhere.py -s -k zh-hans-390-dark    # a part

The ordinary run has the twenty-four loads of `test_legible.py`.
"""

from __future__ import annotations

import os

import pytest

from .conftest import SIDEWAYS
from .legible import complaints
from .test_every_kind import PEOPLE, expected, pages_of
from .walk import NOBODY, sign_in

pytestmark = pytest.mark.skipif(
    not os.environ.get("LOOK_EVERYWHERE"), reason="half an hour and more: LOOK_EVERYWHERE=1, by command"
)
MORE = 40
"""So many further pages that the visitor's links lead to."""
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); await frame();
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""
LINKS = "nodes => nodes.map((node) => node.pathname)"


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "visitor")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_can_be_read(visit, language, width, scheme, who):
    page, watch = visit(language, width, color_scheme=scheme, reduced_motion="reduce")
    if who != NOBODY:
        sign_in(page, who)
    kinds = pages_of(who, page.context, language)
    paths = dict.fromkeys(path for _kind, path in kinds)
    more: dict[str, None] = {}
    faults = {}

    def look(path: str) -> None:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        found = complaints(page)
        if (over := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{over} px too wide")
        if found:
            faults[path] = found[:6]
            print(width, scheme, path, found[:6], flush=True)  # noqa: T201 - a long run shows what it found
        if who == NOBODY:
            links = page.eval_on_selector_all(f"main a[href^='/{language}/']", LINKS)
            more.update(dict.fromkeys(one for one in links if one not in paths and "." not in one))

    for kind, path in kinds:
        look(path)
        watch.complaints = expected(kind, watch.complaints)
    for path in list(more)[:MORE]:
        look(path)
    assert faults == {}
