"""Every kind of page, signed out and in: accessible by axe's best practices too, and whole on the narrowest screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from .test_pages import AXE
from .walk import KINDS, NOBODY, Kind, address, sign_in

PEOPLE = tuple(dict.fromkeys(kind.who for kind in KINDS))
RUN_AXE = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: {'label-content-name-mismatch': {enabled: true}},
}).then((r) => r.violations.map((v) => `${v.id} (${v.impact}) × ${v.nodes.length}: ${v.nodes[0].target.join(' ')}`))"""
NAMES = """() => axe.run(document, {runOnly: ['label-content-name-mismatch']})
  .then((r) => r.violations.flatMap((v) => v.nodes.map((n) => n.html.slice(0, 160))))"""
ALONE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const mains = document.querySelectorAll('main, [role=main]').length;
  const navs = [...document.querySelectorAll('nav, [role=navigation]')]
    .filter((n) => !n.getAttribute('aria-label') && !n.getAttribute('aria-labelledby'));
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`),
    ...(mains === 1 ? [] : [`${mains} mains`]),
    ...navs.map((n) => `nav without a name: ${n.outerHTML.slice(0, 80)}`),
  ];
}"""
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide < 1) return [];
  const over = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    if (box.right <= document.documentElement.clientWidth + 1 || !box.width) return false;
    for (let up = e.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible' && up !== document.body) return false;
    }
    return true;
  });
  const told = (e) => `${e.tagName.toLowerCase()}.${e.className} “${e.textContent.trim().slice(0, 30)}”`;
  return [`${wide} px too wide: ` + over.slice(-3).map(told).join(', ')];
}"""
"""The spacing of WCAG 1.4.12 on the 320 px of WCAG 1.4.10: what makes the page scroll sideways."""


def pages_of(who: str, context: BrowserContext, language: str) -> list[tuple[Kind, str]]:
    """Return the kinds of page a person sees with their addresses."""
    return [(kind, address(kind, language, context.request)) for kind in KINDS if kind.who == who]


def expected(kind: Kind, complaints: list[str]) -> list[str]:
    """Return what a page complained about, less that a page that is not there is not there."""
    return [one for one in complaints if kind.status == 200 or f"status of {kind.status}" not in one]


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_follows_best_practice_and_its_labels_say_what_is_seen(visit, who):
    page, watch = visit("zh-hans", 390)
    if who != NOBODY:
        sign_in(page, who)
    faults = {}
    for kind, path in pages_of(who, page.context, "zh-hans"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE)
        found = page.evaluate(RUN_AXE) + page.evaluate(NAMES) + page.evaluate(ALONE)
        if found:
            faults[f"{kind.name} {path}"] = found
        watch.complaints = expected(kind, watch.complaints)
    assert faults == {}


@pytest.mark.parametrize("who", PEOPLE)
def test_wide_spacing_on_a_narrow_screen_never_makes_a_page_scroll_sideways(visit, who):
    page, watch = visit("en", 320)
    if who != NOBODY:
        sign_in(page, who)
    faults = {}
    for kind, path in pages_of(who, page.context, "en"):
        page.goto(path)
        page.wait_for_load_state("load")
        found = page.evaluate(SPACED)
        if found:
            faults[f"{kind.name} {path}"] = found
        watch.complaints = expected(kind, watch.complaints)
    assert faults == {}
