"""Sample pages in both languages (`files/pages.json`); one article exists in Chinese only.

Facts from the press name their source; all else is marked 示例 or "sample".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from cms.pages import actions as newsroom
from cms.pages.models import (
    ArticleAuthor,
    ArticlePage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    NewsIndexPage,
    PeoplePage,
    Person,
    PressKitPage,
    PressPage,
    PressPaper,
    PressPicture,
    RelatedPage,
    SectionPage,
    ServicePage,
    ServicesIndexPage,
)
from media.actions import add_document
from media.models import PortalDocument, PortalImage
from portal.accounts.models import User as Account

from . import marks
from .models import SampleMark
from .pictures import FILES

if TYPE_CHECKING:
    from portal.accounts.models import User

WORDS: dict[str, Any] = json.loads((FILES / "pages.json").read_text(encoding="utf-8"))
LANGUAGES = ("zh-hans", "en")
INDEX_MODELS: dict[str, type[Page]] = {
    "one-stop": ServicesIndexPage,
    "guides": GuideIndexPage,
    "news": NewsIndexPage,
    "press": PressPage,
    "people": PeoplePage,
}


@transaction.atomic
def load(pictures: dict[str, PortalImage], editor: User) -> dict[str, HomePage]:
    """Write the sample pages that were not written yet and return the home pages by language.

    What an editor has changed, moved or deleted since is left alone.
    """
    homes = {language: _home(language, pictures, editor) for language in LANGUAGES}
    indexes = {
        slug: {
            language: _page(
                homes[language], model, slug, language, editor, partial(dict, WORDS["indexes"][slug][language]), None
            )
            for language in LANGUAGES
        }
        for slug, model in INDEX_MODELS.items()
    }
    for entry in WORDS["services"]:
        _both(indexes["one-stop"], ServicePage, entry, pictures, editor, _service_fields)
    for entry in WORDS["guides"]:
        _both(indexes["guides"], GuidePage, entry, pictures, editor, lambda *_: {"checked_on": _days_ago(30)})
    people = _people(editor)
    sections = {
        entry["slug"]: {
            language: _page(
                indexes["news"][language],
                SectionPage,
                entry["slug"],
                language,
                editor,
                partial(dict, entry[language]),
                None,
            )
            for language in LANGUAGES
        }
        for entry in WORDS["sections"]
    }
    for entry in WORDS["articles"]:
        parents = sections.get(entry.get("section", ""), indexes["news"])
        _both(parents, ArticlePage, entry, pictures, editor, partial(_article_fields, people))
    for entry in WORDS["kits"]:
        _both(indexes["press"], PressKitPage, entry, pictures, editor, partial(_kit_fields, pictures, editor))
    newsroom.release_pictures()
    speak_to_staff()
    return homes


def _people(editor: User) -> dict[str, Person]:
    """Write the sample authors and guests that are not there yet; return all by address."""
    found = {}
    for entry in WORDS["people"]:
        person = marks.once(
            f"author:{entry['slug']}",
            Person,
            find=Person.objects.filter(slug=entry["slug"]).first,
            make=partial(_person, editor, entry),
        )
        if person:
            found[entry["slug"]] = person
    return found


def _person(editor: User, entry: dict[str, Any]) -> Person:
    person = Person(**entry)
    newsroom.save_person(actor=editor, person=person)
    return person


def _article_fields(people: dict[str, Person], entry: dict[str, Any], language: str) -> dict[str, Any]:
    authors = [people[slug] for slug in entry.get("authors", ()) if slug in people]
    related = Page.objects.filter(slug__in=entry.get("related", ()), locale__language_code=language)
    return {
        "date": _days_ago(entry["days_ago"]),
        "category": entry["category"],
        "authors": [ArticleAuthor(person=person, sort_order=place) for place, person in enumerate(authors)],
        "related_links": [RelatedPage(page=page, sort_order=place) for place, page in enumerate(related)],
    }


def _kit_fields(pictures: dict[str, PortalImage], editor: User, entry: dict[str, Any], language: str) -> dict[str, Any]:
    name, label = entry["papers"][language]
    document = PortalDocument.objects.filter(title=label).first()
    if document is None:
        with (FILES / name).open("rb") as file:
            document = add_document(file=file, name=name, title=label, actor=editor, is_public=True, permitted=True)
    shown = [PressPicture(image=pictures[stem], rights=rights) for stem, rights in entry["pictures"]]
    return {
        "date": _days_ago(entry["days_ago"]),
        "papers": [PressPaper(document=document, label=label, rights="free")],
        "pictures": shown,
    }


def speak_to_staff() -> int:
    """Have Wagtail's admin speak each person's language, and return for how many this was set."""
    people = Account.objects.filter(groups__isnull=False).distinct()
    for person in people:
        profile = UserProfile.get_for_user(person)
        if not profile.preferred_language:
            profile.preferred_language = person.language
            profile.save(update_fields=["preferred_language"])
    return len(people)


def _days_ago(days: int) -> Any:
    return timezone.localdate() - timedelta(days=days)


def _home(language: str, pictures: dict[str, PortalImage], editor: User) -> HomePage:
    """Fill the home page made by the migration, once; make it where it is gone."""
    home = HomePage.objects.filter(locale__language_code=language).first()
    if home is None:
        home = HomePage(slug=language[:2], locale=Locale.objects.get_or_create(language_code=language)[0])
        home.title = WORDS["home"][language]["title"]
        other = HomePage.objects.first()
        if other:
            home.translation_key = other.translation_key
        home.headline_1 = WORDS["home"][language]["headline_1"]
        Page.get_first_root_node().add_child(instance=home)
    key = f"home:{language}"
    if home.lead or SampleMark.objects.filter(key=key, record=home.pk).exists():
        return home
    for field, value in WORDS["home"][language].items():
        setattr(home, field, value)
    home.owner = editor
    home.picture = pictures["cq-yangtze-cableway"]
    home.night_picture = pictures["cq-bridge-night-01"]
    home.week_picture = pictures["film-projector-beam"]
    home.news_picture = pictures["stage-led-volume-render-03"]
    home.save_revision(user=editor, clean=True).publish(user=editor, skip_permission_checks=True)
    home.refresh_from_db()
    SampleMark.objects.update_or_create(key=key, defaults={"record": home.pk})
    return home


def _service_fields(entry: dict[str, Any], language: str) -> dict[str, Any]:
    fields = {"heading": entry["heading"]}
    if entry[language].get("ask_label"):
        fields["ask_path"] = f"/{language}{entry['path']}"
    return fields


def _both(
    parents: dict[str, Page | None],
    model: type[Page],
    entry: dict[str, Any],
    pictures: dict[str, PortalImage],
    editor: User,
    more: Any,
) -> None:
    """Write a page in every language that has words for it, as translations of one another."""
    first: Page | None = None
    for language in LANGUAGES:
        if language not in entry:
            continue
        page = _page(
            parents[language],
            model,
            entry["slug"],
            language,
            editor,
            lambda language=language: {
                **entry[language],
                **more(entry, language),
                "picture": pictures[entry["picture"]],
            },
            first,
        )
        first = first or page


def _page(
    parent: Page | None,
    model: type[Page],
    slug: str,
    language: str,
    editor: User,
    said: Callable[[], dict[str, Any]],
    translated_from: Page | None,
) -> Page | None:
    """Return the page, written at its place and published if it never was; nothing where it or its parent is deleted."""
    if parent is None:
        return None
    return marks.once(
        f"page:{language}:{model.__name__}:{slug}",
        model,
        find=model.objects.child_of(parent).filter(slug=slug).first,
        make=lambda: _write(parent, model, slug, editor, said(), translated_from),
    )


def _write(
    parent: Page, model: type[Page], slug: str, editor: User, fields: dict[str, Any], translated_from: Page | None
) -> Page:
    blocks = fields.pop("body", None)
    page = model(slug=slug, locale=parent.locale, owner=editor, **fields)
    if blocks is not None:
        page.body = json.dumps([{"type": kind, "value": value} for kind, value in blocks], default=str)
    twin = translated_from or _twin(parent, model, slug)
    if twin:
        page.translation_key = twin.translation_key
    parent.add_child(instance=page)
    page.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    return page


def _twin(parent: Page, model: type[Page], slug: str) -> Page | None:
    """Return the page of the same address in another language, if any."""
    others = Page.objects.filter(translation_key=parent.translation_key).exclude(pk=parent.pk)
    return model.objects.filter(slug=slug, path__startswith=others[0].path).first() if others else None
