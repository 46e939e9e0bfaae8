"""Public pages in both languages, two widths and two schemes: accessible, whole, within the screen, one language."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => {
  const frame = () => new Promise(requestAnimationFrame);  // a change of scheme is drawn first, and its transitions end
  await frame(); await frame();
  const ended = Promise.allSettled(document.getAnimations().map((a) => a.finished));
  await Promise.race([ended, new Promise((go) => setTimeout(go, 1000))]);
  return axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(
  (r) => r.violations.map((v) => `${v.id} (${v.impact}) × ${v.nodes.length}: ${v.nodes[0].target.join(' ')}`));
}"""
LOAD_PICTURES = """async () => {
  for (const i of document.images) i.loading = 'eager';
  const done = (i) => i.complete || new Promise((go) => ['load', 'error'].forEach((e) => i.addEventListener(e, go)));
  await Promise.race([Promise.all([...document.images].map(done)), new Promise((go) => setTimeout(go, 10000))]);
  return [...document.images].filter((i) => !i.complete || !i.naturalWidth).map((i) => i.currentSrc || i.src);
}"""
HAN_OUTSIDE = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  for (let n; (n = walk.nextNode());) {
    const own = n.parentElement.closest('[lang]');
    if (n.parentElement.closest('script, style, template, noscript') || (own && own !== document.documentElement)) continue;
    if (/\p{Script=Han}/u.test(n.data)) found.add(n.data.trim().slice(0, 80));
  }
  return [...found];
}"""
PATHS = (
    "/{}/", "/{}/locations/", "/{}/locations/songji-old-town/", "/{}/stages/", "/{}/stages/led-1/",
    "/{}/bookings/new/led-1/", "/{}/one-stop/", "/{}/guides/first-shoot/", "/{}/news/", "/{}/credits/",
    "/accounts/login/",
)  # fmt: skip


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_whole_and_in_one_language(visit, path, language, width):
    page, watch = visit(language, width)
    answer = page.goto(path.format(language))
    assert answer is not None
    assert answer.status == 200
    assert page.evaluate("document.documentElement.lang").lower() == language
    assert page.evaluate(LOAD_PICTURES) == [], "broken pictures"
    watch.not_sideways(page)
    if language == "en":
        assert page.evaluate(HAN_OUTSIDE) == [], "Chinese on an English page"
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RUN_AXE) == [], scheme
