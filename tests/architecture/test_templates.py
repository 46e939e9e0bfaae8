"""Templates obey the strict Content Security Policy and escape what they show; every message has its Chinese.

That the gallery draws every component is tested in `tests/ui/test_gallery.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from gettext import GNUTranslations
from pathlib import Path

import pytest
import wagtail
from django.utils.translation import gettext, override

ROOT = Path(__file__).resolve().parents[2]
APPS = [path for path in ROOT.iterdir() if (path / "__init__.py").is_file() and path.name != "tests"]
TEMPLATES = sorted(path for app in APPS for path in app.rglob("templates/**/*") if path.suffix in {".html", ".svg"})
MESSAGES = sorted(path for app in APPS for path in app.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))

MAIL = {"portal/notifications/templates/notifications/mail.html"}
"""Mail programs read neither style sheets nor policies."""

UNESCAPED = {
    "portal/ui/templates/ui/field.html": "help texts are written in the code; Django's password rules come as a list",
}

LIMIT = 120
LONG: dict[str, str] = {}
"""Templates with a line that cannot be broken, and why: a string of one word, a path of a drawing."""

COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
REFUSED = {
    "style attribute": re.compile(r"\sstyle\s*=\s*[\"']", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc=)(?![^>]*application/ld\+json)", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "foreign file": re.compile(r"<(script|link|img)\b[^>]*\s(src|href)=[\"'](https?:)?//", re.IGNORECASE),
}
OWN_ELEMENT = re.compile(r"<([a-z]+(?:-[a-z]+)+)")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
RAW = re.compile(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def refused(source: str) -> list[str]:
    """Return what the policy would refuse in a template."""
    text = COMMENT.sub("", source)
    return [name for name, pattern in REFUSED.items() if pattern.search(text)]


def entries(po: str) -> list[tuple[str, str, list[str], bool]]:
    """Return (context, message, its translations, fuzzy) for each entry in force of a message file."""
    found = []
    for block in re.split(r"\n\s*\n", po):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        parts: list[tuple[str, str]] = []
        for line in lines:
            if match := re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?|msgctxt) "(.*)"$', line):
                parts.append((match[1], match[2]))
            elif parts and line.startswith('"'):
                parts[-1] = (parts[-1][0], parts[-1][1] + line[1:-1])
        message = next((text for name, text in parts if name == "msgid"), "")
        if message:
            context = next((text for name, text in parts if name == "msgctxt"), "")
            found.append((context, message, [text for name, text in parts if name.startswith("msgstr")], fuzzy))
    return found


def unfinished(po: str) -> list[str]:
    """Return the messages of a message file that lack their translation, or whose translation is a guess."""
    return [message for _context, message, texts, fuzzy in entries(po) if fuzzy or not texts or not all(texts)]


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_lines_are_short(path: Path) -> None:
    """A line that fits the window is read and its changes are seen; white space that would show stays as it is."""
    long = [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > LIMIT]
    assert bool(long) == (relative(path) in LONG), long


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_template_needs_a_looser_policy(path: Path) -> None:
    if relative(path) not in MAIL:
        assert refused(path.read_text()) == []


def test_unescaped_texts_have_a_reason() -> None:
    raw = {relative(path) for path in TEMPLATES if RAW.search(COMMENT.sub("", path.read_text()))}
    assert raw == set(UNESCAPED), "escape it, or say in UNESCAPED why it is safe (and take out what is gone)"


@pytest.mark.parametrize("path", MESSAGES, ids=relative)
def test_every_message_is_translated(path: Path) -> None:
    text = path.read_text()
    assert entries(text)
    assert unfinished(text) == []


def test_the_same_words_are_translated_the_same_everywhere() -> None:
    """Catalogues are merged: of two translations of one message, readers of both pages would get the same one."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in MESSAGES:
        for context, message, texts, _fuzzy in entries(path.read_text()):
            said[context, message].add(texts[0])
    assert {words: texts for words, texts in said.items() if len(texts) > 1} == {}
    assert len(said) > 800


def test_no_message_of_ours_changes_the_words_of_wagtail() -> None:
    """Our catalogues come first: "Title" of a film without a context would name every page's title in the admin."""
    theirs: dict[str, set[str]] = defaultdict(set)
    for path in Path(wagtail.__file__).parent.rglob("locale/zh_Hans/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            for message, text in GNUTranslations(file)._catalog.items():  # type: ignore[attr-defined]
                theirs[message if isinstance(message, str) else message[0]].add(text)
    assert len(theirs) > 1000
    changed = {
        message: (relative(path), texts[0], theirs[message])
        for path in MESSAGES
        for context, message, texts, _fuzzy in entries(path.read_text())
        if not context and message in theirs and texts[0] not in theirs[message]
    }
    assert changed == {}, "give ours a context: pgettext, {% translate … context … %}"


def test_chinese_is_what_readers_get() -> None:
    with override("zh-hans"):
        assert gettext("earnest money") == "定金"


def test_every_app_with_texts_has_messages() -> None:
    marked = re.compile(r"\bgettext|{% (block)?translate ")
    folders = {part.parent for top in APPS for part in top.rglob("apps.py")}
    for app in folders - {ROOT / "demo"}:
        texts = [*app.glob("*.py"), *app.rglob("templates/**/*.html")]
        if any(marked.search(path.read_text()) for path in texts):
            assert (app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").is_file(), relative(app)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p style="color: red">', ["style attribute"]),
        ("<script>alert(1)</script>", ["inline script"]),
        ('<script type="module" src="/a.js"></script>', []),
        ('<a href="#" onclick="go()">', ["event attribute"]),
        ('<a href="javascript:go()">', ["javascript: address"]),
        ('<img alt="" src="https://cdn.example/a.png">', ["foreign file"]),
        ('{# <p style="color: red"> #}', []),
    ],
)
def test_what_the_policy_refuses_is_found(source: str, found: list[str]) -> None:
    assert refused(source) == found


def test_unfinished_messages_are_found() -> None:
    po = (
        'msgid ""\nmsgstr "Language: zh"\n\nmsgid "Stage"\nmsgstr "影棚"\n\nmsgid "Place"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "Pit"\nmsgstr "坑"\n\nmsgid ""\n"Long"\nmsgstr ""\n"长"\n\n#~ msgid "Gone"\n#~ msgstr ""\n'
    )
    assert unfinished(po) == ["Place", "Pit"]


def test_every_element_of_our_own_is_given_a_display():
    """It is inline otherwise, and an inline box with blocks in it does not paint its background."""
    sources = [*TEMPLATES, *(path for app in APPS for path in app.rglob("templatetags/*.py"))]
    used = {name for path in sources for name in OWN_ELEMENT.findall(COMMENT.sub("", path.read_text(encoding="utf-8")))}
    sheets = "\n".join(path.read_text(encoding="utf-8") for app in APPS for path in app.rglob("static/**/*.css"))
    given = {
        name
        for selectors, rules in re.findall(r"([^{};/]+){([^{}]*)}", sheets)
        if re.search(r"\bdisplay:", rules)
        for name in re.split(r"[\s,]+", selectors)
    }
    assert {"live-filters", "toast-note"} <= used
    assert used - given - {"hold-clock"} == set(), "hold-clock is a phrase within a line"


NAMED_APART = {
    "cms/events/templates/events/door.html": "the sign ⌫ is no word",
    "locations/templates/locations/parts/gallery.html": "a link around a picture, without words",
    "portal/ui/templates/ui/pager.html": "第 2 页 around the figure that is seen",
    "studios/templates/studios/detail.html": "a link around a picture, without words",
}
"""Templates whose links or buttons have a name beside what is seen, and why it holds what is seen."""


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_the_words_on_a_link_or_button_are_its_name(path: Path) -> None:
    """`aria-label` takes their place, and whoever speaks what is seen reaches nothing; `{% about %}` adds to them."""
    found = re.search(r"<(?:a|button|summary)\s[^>]*aria-label=", TAG.sub("", COMMENT.sub("", path.read_text())))
    assert bool(found) == (relative(path) in NAMED_APART)


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_heading_is_a_status_and_no_form_has_an_empty_address(path: Path) -> None:
    """A role takes the place of the heading for screen readers; an empty `action` is invalid, none means this page."""
    source = COMMENT.sub("", path.read_text())
    heading = re.compile(r'<h[1-6]\b(?:(?!</h[1-6]>).)*\srole="status', re.DOTALL)
    address = re.compile(r'<form\b[^>]*\saction="(?:"|{{[^}]*default:"")')
    assert heading.findall(source) + address.findall(source) == []
