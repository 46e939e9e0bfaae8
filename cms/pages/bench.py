"""A newsroom with many articles: made in a scratch database, asked like a reader asks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.core.page_costs import page_cost
from portal.search.consumer import tick

from .models import ArticleAuthor, ArticlePage, NewsIndexPage, Person, SectionPage

ASKED = (
    "", "news/", "news/?page=2", "news/?category=craft", "news/craft/", "news/craft/forty-two-metres-of-wall/",
    "people/xu-lan/", "press/", "news/feed.xml", "news/craft/feed.xml",
)  # fmt: skip
CHUNK = 1000
WORDS = {
    "zh-hans": ("虚拟拍摄棚的第 {} 个通告", "今天联调第 {} 次，江边有雾，索道照常。"),
    "en": ("Call sheet {} from the volume", "Calibration {} today, fog on the river, the cableway runs."),
}


def ask() -> list[dict[str, Any]]:
    """Ask each page in both languages, in this process, after the clock has brought the search up to date."""
    tick()
    client = Client(HTTP_HOST="localhost")
    return [asdict(page_cost(client, f"/{language}/{path}")) for language in WORDS for path in ASKED]


def fill(articles: int) -> int:
    """Write articles in both languages below the news and its section, in bulk; returns how many."""
    return sum(_fill(language, articles // len(WORDS)) for language in WORDS)


def _fill(language: str, wanted: int) -> int:
    news = NewsIndexPage.objects.get(locale__language_code=language)
    section = SectionPage.objects.filter(locale__language_code=language).order_by("path").first()
    parents = [one for one in (news, section) if one is not None]
    share = wanted // len(parents)
    return sum(_below(parent, language, share) for parent in parents)


@transaction.atomic
def _below(parent: Page, language: str, wanted: int) -> int:
    """Write children as treebeard would, a thousand at a time: pages first, then what makes them articles."""
    people = list(Person.objects.order_by("pk"))
    last, there = parent.get_last_child(), parent.get_children_count()
    for begin in range(0, wanted, CHUNK):
        rows = []
        for number in range(begin, min(begin + CHUNK, wanted)):
            last = _article(parent, last, language, f"bench-{there + number}", number)
            rows.append(last)
        _insert(rows)
        ArticleAuthor.objects.bulk_create(
            ArticleAuthor(page_id=row.pk, person=people[place % len(people)]) for place, row in enumerate(rows)
        )
    Page.objects.filter(pk=parent.pk).update(numchild=Page.objects.child_of(parent).count())
    return wanted


def _article(parent: Page, last: Page | None, language: str, name: str, number: int) -> ArticlePage:
    title, lead = (words.format(number) for words in WORDS[language])
    path = last._inc_path() if last is not None else parent._get_path(parent.path, parent.depth + 1, 1)
    categories = ArticlePage.Category.values
    now = timezone.now()
    return ArticlePage(
        title=title, draft_title=title, slug=name, url_path=f"{parent.url_path}{name}/", path=path,
        depth=parent.depth + 1, locale_id=parent.locale_id, live=True, lead=lead, category=categories[number % len(categories)],
        date=timezone.localdate() - timedelta(days=number % 2000), first_published_at=now, last_published_at=now,
    )  # fmt: skip


def _insert(rows: list[ArticlePage]) -> None:
    """Insert pages and articles with two statements a batch; Django has no bulk insert for inherited rows."""
    common = [field.attname for field in Page._meta.concrete_fields if field.attname != "id"]
    pages = Page.objects.bulk_create(Page(**{name: getattr(row, name) for name in common}) for row in rows)
    fields = list(ArticlePage._meta.local_concrete_fields)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    for row, page in zip(rows, pages, strict=True):
        row.pk = row.page_ptr_id = page.pk
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    table = connection.ops.quote_name(ArticlePage._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608 - our own names
