"""The pages that other pages link to, in both languages: what an empty portal needs before an editor begins."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page, Site

from .models import GuideIndexPage, HomePage, NewsIndexPage, PeoplePage, PressPage, ServicesIndexPage

HOMES = {
    "zh-hans": {"title": "光影重庆", "headline_1": "一个窗口", "headline_2": "拍遍山城"},
    "en": {
        "title": "Light & Shadow Chongqing",
        "headline_1": "One desk for filming",
        "headline_2": "in a mountain city",
    },
}
SECTIONS: dict[str, tuple[type[Page], dict[str, dict[str, str]]]] = {
    "one-stop": (
        ServicesIndexPage,
        {
            "zh-hans": {"title": "一站式服务", "lead": "先说清要什么、哪几天，协拍服务台帮您接到对的人。"},
            "en": {
                "title": "One-stop services",
                "lead": "Say what you need and on which days, and the desk finds the right people.",
            },
        },
    ),
    "guides": (
        GuideIndexPage,
        {
            "zh-hans": {"title": "办事指南", "lead": "先看这几页，少跑几趟。"},
            "en": {"title": "Guides", "lead": "Read these first and save yourself a trip or two."},
        },
    ),
    "news": (
        NewsIndexPage,
        {
            "zh-hans": {"title": "片场动态", "lead": "公告、影棚、协拍和电影周。"},
            "en": {"title": "News", "lead": "Notices, stages, permits and the film week."},
        },
    ),
    "press": (
        PressPage,
        {
            "zh-hans": {"title": "媒体中心", "lead": "报道片场要用的数字、图片和联系人，都在这里。"},
            "en": {"title": "Press", "lead": "Figures, pictures and a person to ask, for reports about the lot."},
        },
    ),
    "people": (
        PeoplePage,
        {
            "zh-hans": {"title": "作者与嘉宾", "lead": "谁在写，谁接受过我们的采访。"},
            "en": {"title": "People", "lead": "Who writes here, and who has talked to us."},
        },
    ),
}


@transaction.atomic
def make_skeleton(editor: Any) -> list[str]:
    """Publish the pages that are missing, in `editor`'s name; return their addresses. What is there is left alone."""
    made: list[str] = []
    homes = {language: _home(language, editor, made) for language in HOMES}
    for slug, (model, words) in SECTIONS.items():
        twins = {language: model.objects.child_of(homes[language]).filter(slug=slug).first() for language in words}
        key = next((page.translation_key for page in twins.values() if page), None)
        for language, said in words.items():
            if twins[language] or Page.objects.child_of(homes[language]).filter(slug=slug).exists():
                continue
            page = model(slug=slug, locale=homes[language].locale, owner=editor, **said)
            page.translation_key = key or page.translation_key
            key = page.translation_key
            homes[language].add_child(instance=page)
            page.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
            made.append(f"/{language}/{slug}/")
    return made


def _home(language: str, editor: Any, made: list[str]) -> HomePage:
    home = HomePage.objects.filter(locale__language_code=language).first()
    if home is not None:
        return home
    locale = Locale.objects.get_or_create(language_code=language)[0]
    home = HomePage(slug=language[:2], locale=locale, owner=editor, **HOMES[language])
    other = HomePage.objects.first()
    if other:
        home.translation_key = other.translation_key
    Page.get_first_root_node().add_child(instance=home)
    home.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    made.append(f"/{language}/")
    return home


def set_site(hostname: str, port: int) -> bool:
    """Have Wagtail's site speak this address, with the Chinese home as its root; return whether it was another."""
    home = HomePage.objects.get(locale__language_code="zh-hans")
    wanted = {"hostname": hostname, "port": port, "root_page_id": home.pk}
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if all(getattr(site, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(site, name, value)
    site.full_clean()
    site.save()
    return True
