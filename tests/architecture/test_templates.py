"""Templates keep the house's rules; messages say one thing in one way."""

import re
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override

BASE = Path(settings.BASE_DIR)
APPS = ("portal", "media", "locations", "studios", "services", "bookings", "cms")
MAIL = ("notifications/mail.html",)


def templates():
    for app in APPS:
        for path in sorted((BASE / app).rglob("templates/**/*.html")):
            if not str(path).endswith(MAIL):
                yield path, path.read_text()


def offenders(pattern):
    return [
        f"{path.relative_to(BASE)}: {found[0]}" for path, text in templates() if (found := re.search(pattern, text))
    ]


def test_no_style_attribute_no_inline_script_no_handler():
    assert not offenders(r'\sstyle="')
    assert not offenders(r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)[^>]*>")
    assert not offenders(r'\son[a-z]+="')


def test_no_address_of_a_foreign_host_is_loaded():
    assert not offenders(r'<(?:img|script|link rel="stylesheet")[^>]+(?:src|href)="https?://')


def test_there_are_templates_to_look_at():
    assert sum(1 for _one in templates()) > 60


def messages():
    """msgid → {app: translation} of every message without a context."""
    found = defaultdict(dict)
    entry = re.compile(r'^msgid "(.*)"\nmsgstr "(.*)"$', re.M)
    for path in BASE.rglob("locale/zh_Hans/LC_MESSAGES/django.po"):
        if ".venv" in path.parts:
            continue
        text = path.read_text()
        for before, block in ((text[max(0, m.start() - 200) : m.start()], m) for m in entry.finditer(text)):
            if not before.rstrip().split("\n")[-1].startswith("msgctxt") and block[1]:
                found[block[1]][str(path.relative_to(BASE)).split("/locale")[0]] = block[2]
    return found


def test_the_same_words_are_translated_the_same_everywhere():
    """Catalogues are merged: of two translations of one message, readers of both pages would get the same one."""
    twice = {msgid: apps for msgid, apps in messages().items() if len(set(apps.values())) > 1}
    assert not twice, twice
    assert len(messages()) > 800


def test_chinese_is_what_readers_get():
    with override("zh-hans"):
        assert gettext("earnest money") == "定金"
