"""In the admin a Chinese editor reads Chinese: what the packages leave English stands in `portal/ui/words`."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.translation import trans_real

from tests.architecture.test_templates import entries

[WORDS] = (Path(folder) for folder in settings.LOCALE_PATHS)
SAME = {"Wagtail API v3", "%(related_model_name)s %(field_label)s"}
"""What reads the same in both languages."""


FITTING = {"API token", "API tokens", "Compare"}
"""Words of our own pages that the admin means in the same way."""


def plain(text: str) -> str:
    """Return a message as the program asks for it, without the escapes of the message file."""
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def packages() -> list[Path]:
    """Return the folders of messages of Django and of each installed package that is not ours."""
    ours = Path(settings.BASE_DIR)
    found = [Path(django.__file__).parent / "conf"]
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if not folder.is_relative_to(ours) or "site-packages" in folder.parts:
            found.append(folder)
    return [folder / "locale" for folder in found if (folder / "locale").is_dir()]


def english(domain: str) -> set[str]:
    """Return every message of the packages, with its context in front as gettext keeps it."""
    found = set()
    for folder in packages():
        path = folder / "en" / "LC_MESSAGES" / f"{domain}.po"
        if path.is_file():
            for context, message, _texts, _fuzzy in entries(path.read_text(encoding="utf-8")):
                found.add((f"{plain(context)}\x04" if context else "") + plain(message))
    return found


def catalogue(path: Path) -> dict[str, str]:
    """Return the messages of a compiled file with their texts; of a plural the first form."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        texts = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0]: text for key, text in texts.items()}


def chinese(folders: list[Path], domain: str) -> dict[str, str]:
    """Return what a reader of Chinese gets from some folders of messages."""
    found: dict[str, str] = {}
    for folder in folders:
        found |= catalogue(folder / "zh_Hans" / "LC_MESSAGES" / f"{domain}.mo")
    found.pop("", None)
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_message_of_the_admin_has_its_chinese(domain: str) -> None:
    asked = english(domain)
    ours = [Path(app.path) / "locale" for app in apps.get_app_configs()] if domain == "django" else []
    known = chinese([*packages(), *ours, WORDS], domain)
    assert len(asked) > (1500 if domain == "django" else 80)
    assert sorted(asked - known.keys()) == [], f"add them to {WORDS}"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_words_fill_gaps_and_change_nothing(domain: str) -> None:
    """What a package has translated by now goes out of our file, and so does what no package says any more."""
    ours = catalogue(WORDS / "zh_Hans" / "LC_MESSAGES" / f"{domain}.mo")
    ours.pop("", None)
    assert ours
    assert sorted(ours.keys() & chinese(packages(), domain).keys()) == []
    assert sorted(ours.keys() - english(domain)) == []
    assert sorted(message for message, text in ours.items() if text == message) == sorted(SAME & ours.keys())


def test_no_word_of_our_pages_names_something_in_the_admin_by_chance() -> None:
    """Ours "Refresh" of a wall (刷新率) stood on the admin's button, since no package translates it: give it a context."""
    ours = chinese(
        [Path(app.path) / "locale" for app in apps.get_app_configs() if Path(app.path) / "locale" not in packages()],
        "django",
    )
    assert len(ours) > 2500
    assert sorted((english("django") & ours.keys()) - chinese(packages(), "django").keys()) == sorted(FITTING)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_words_keep_every_tag_and_every_blank(domain: str) -> None:
    """A lost link or a lost name is seen by nobody who reads the file; msgfmt compares only some of the blanks."""
    blanks = re.compile(r"%\(\w+\)[sdr]|{\w+}|<[^>]+>|%d")
    for _context, message, texts, _fuzzy in entries((WORDS / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po").read_text()):
        assert set(blanks.findall(texts[0])) >= set(blanks.findall(message)), message


def test_the_admin_gives_chinese_readers_chinese() -> None:
    merged = trans_real.DjangoTranslation("zh-hans")
    assert merged.gettext("Search all pages…") == "搜索全部页面……"
    assert merged.ngettext("%(num_pages)d page", "%(num_pages)d pages", 3) == "%(num_pages)d 个页面"
    assert merged.gettext("Save draft") == "保存草稿"


def test_the_scripts_of_the_admin_get_our_words(client, gao) -> None:
    client.force_login(gao)
    answer = client.get(reverse("wagtailadmin_javascript_catalog"), headers={"accept-language": "zh-hans"})
    assert "\\u6b63\\u5728\\u81ea\\u52a8\\u4fdd\\u5b58" in answer.text, "正在自动保存"
