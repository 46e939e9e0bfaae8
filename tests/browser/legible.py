"""Whether a person can read a page: texts measured on the picture that Chromium painted.

axe reads styles. It takes a background for painted where the box that carries it has no size, so a page can pass it
and show white words on pale paper. Here the picture is asked.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Page

FAINT = 3.0
"""The least contrast of a text to the even ground it stands on."""
FAINT_ON_PICTURE = 1.6
"""The least contrast of darkest to lightest pixel around a text on a photograph, where there is no one ground."""
EVEN = 0.35
"""From this share of one colour on, the ground counts as even."""

TEXTS = r"""() => {
  const left_out = "script, style, noscript, template, option, svg, [disabled], [aria-disabled=true],"
    + " [aria-hidden=true], .leaflet-container";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [], cut = new Set();
  for (let node; (node = walk.nextNode());) {
    const words = node.data.trim().slice(0, 40), parent = node.parentElement;
    if (!words || parent.closest(left_out)) continue;
    if (!parent.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getClientRects()[0];
    if (!box || box.width < 6 || box.height < 6) continue;
    let seen = true, clipped = false;
    for (let e = parent; e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.clipPath !== "none" || style.position === "fixed" || style.position === "sticky") seen = false;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const view = e.getBoundingClientRect();
      if (box.right <= view.left || box.left >= view.right || box.bottom <= view.top || box.top >= view.bottom) {
        seen = false;
      } else if (e === parent && style.overflowX === "hidden" && style.textOverflow !== "ellipsis"
          && box.right > view.right + 2) {
        clipped = true;
      }
    }
    if (!seen) continue;
    if (clipped) cut.add(words);
    const colour = getComputedStyle(parent).color.match(/[\d.]+/g).map(Number);
    texts.push({
      words, colour, x: box.left + scrollX, y: box.top + scrollY, width: box.width, height: box.height,
    });
  }
  return {texts, clipped: [...cut]};
}"""


class Text(NamedTuple):
    """A line of text: its first forty characters, its box in CSS pixels of the page, its colour with alpha."""

    words: str
    x: float
    y: float
    width: float
    height: float
    colour: tuple[float, float, float, float]


def complaints(page: Page) -> list[str]:
    """Return what cannot be read on a page: texts that are faint, drawn over each other, or cut off."""
    found: dict[str, Any] = page.evaluate(TEXTS)
    texts = [read(one) for one in found["texts"]]
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, scale="css", caret="initial"))).convert("RGB")
    faint = [
        f"faint: {text.words!r} {contrast:.2f} : 1 at {text.x:.0f}, {text.y:.0f}"
        for text in texts
        for contrast, least in [measured(picture, text)]
        if contrast < least
    ]
    return faint + overlapping(texts) + [f"clipped: {words!r}" for words in found["clipped"]]


def read(row: dict[str, Any]) -> Text:
    """Return a text of the browser's answer; a colour without alpha is opaque."""
    red, green, blue, *alpha = row["colour"]
    colour = (red, green, blue, alpha[0] if alpha else 1.0)
    return Text(row["words"], row["x"], row["y"], row["width"], row["height"], colour)


def measured(picture: Image.Image, text: Text) -> tuple[float, float]:
    """Return a text's contrast as painted, and the least it needs there. A text outside the picture needs none."""
    left, top = max(0, int(text.x) - 2), max(0, int(text.y) - 1)
    right = min(picture.width, int(text.x + min(text.width, 400)) + 2)
    bottom = min(picture.height, int(text.y + text.height) + 1)
    if right - left < 6 or bottom - top < 6:
        return 0.0, 0.0
    part = picture.crop((left, top, right, bottom))
    colours: list[Any] = sorted(part.getcolors(part.width * part.height) or [], reverse=True)
    count, ground = colours[0]
    if count <= EVEN * part.width * part.height:
        lights = [luminance(colour) for _, colour in colours]
        return (max(lights) + 0.05) / (min(lights) + 0.05), FAINT_ON_PICTURE
    alpha = text.colour[3]
    ink = tuple(over * alpha + under * (1 - alpha) for over, under in zip(text.colour[:3], ground, strict=True))
    lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05), FAINT


def luminance(colour: tuple[float, ...]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG defines it."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def overlapping(texts: list[Text]) -> list[str]:
    """Return pairs of texts of which one covers a third of the other, neighbours in reading order from the top."""
    ordered = sorted(texts, key=lambda text: text.y)
    found = []
    for place, upper in enumerate(ordered):
        for lower in ordered[place + 1 :]:
            if lower.y > upper.y + upper.height:
                break
            width = min(upper.x + upper.width, lower.x + lower.width) - max(upper.x, lower.x)
            height = min(upper.y + upper.height, lower.y + lower.height) - max(upper.y, lower.y)
            smaller = min(upper.width * upper.height, lower.width * lower.height)
            if width > 4 and height > 4 and width * height > smaller / 3:
                found.append(f"overlap: {upper.words!r} over {lower.words!r}")
    return found
