"""What pages promise is there: words that name a function, and the address that keeps the promise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from .test_templates import MESSAGES, ROOT, entries

PROMISED = {
    ("Places", "取景地"): "locations:list",
    ("Stages", "影棚"): "studios:list",
    ("Hold these days", "预留这些日期"): "bookings:list",
    ("Vendors", "服务商"): "directory:list",
    ("Offer your services", "登记为服务商"): "directory:own_list",
    ("programme", "节目表"): "events:current",
    ("News", "片场动态"): "pages:feed",
    ("Search everything", "全站搜索"): "pages:find",
    ("Picture credits", "图片来源与许可"): "pictures:credits",
    ("API for programs", "接口"): "api_docs",
    ("Sign in", "登录"): "account_login",
    ("Register", "注册"): "account_signup",
    ("Your account", "账户"): "accounts:home",
    ("Notices", "通知"): "notifications:notices",
}
"""Words that stand on public pages, in both languages → the URL name that must answer. Who builds a function adds it."""

NOT_BUILT = {
    "boards and votes": r"看景板|投票|\bon a board\b|\bboards\b(?! \w*of the day)|\bthey vote\b",
    "one application to all departments": r"只填一份|fill in one application|one application",
    "one request to several vendors": r"同时发给几家|go to several|one request to several",
    "asking for a visit": r"申请看景|ask for a visit",
    "the desk's telephone": r"打服务台电话|服务台电话|call the lot's desk|call the desk|值班号码",
    "a telephone of the press desk": r"0000 0000|Telephone \+86|电话 ?[0-9＋+]",
    "comparing stages": r"比棚|比较影棚|影棚对比|compare stages|stage comparison",
    "48 hours from accepting": r"从报价接受起算|from accepting the quote",
    "a calendar address on the account page": r"账户页.{0,6}日历地址|address on your account page",
    "a production file to write in": r"剧组档案里(写|看)|in your production file|your production file shows",
}
"""Functions not built yet, as they would be worded. Who builds one takes its row out and adds it to `PROMISED`."""


def texts_of_the_product() -> Iterator[tuple[str, str]]:
    """Yield (where, text) for every message in both languages and every text of the demo pages and staff handbooks."""
    for path in MESSAGES:
        for _context, message, translations, _fuzzy in entries(path.read_text(encoding="utf-8")):
            yield from ((path.relative_to(ROOT).as_posix(), text) for text in (message, *translations))
    yield from (
        ("demo/files/pages.json", text)
        for text in strings(json.loads((ROOT / "demo/files/pages.json").read_text(encoding="utf-8")))
    )
    for path in sorted((ROOT / "docs" / "staff").glob("*.md")):
        yield from ((path.relative_to(ROOT).as_posix(), line) for line in path.read_text(encoding="utf-8").splitlines())


def strings(value: object) -> Iterator[str]:
    """Yield every text within lists and dictionaries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


@pytest.mark.parametrize("function", NOT_BUILT)
def test_no_text_promises_what_is_not_built(function: str) -> None:
    pattern = re.compile(NOT_BUILT[function], re.IGNORECASE)
    assert [(where, text[:80]) for where, text in texts_of_the_product() if pattern.search(text)] == []


@pytest.mark.parametrize("words", PROMISED, ids=lambda words: words[0])
def test_what_is_promised_answers(client: Client, db: None, words: tuple[str, str]) -> None:
    said = {text for _where, text in texts_of_the_product()}
    for word in words:
        assert any(word in text for text in said), f"{word} stands on no page: take the row out"
    answer = client.get(reverse(PROMISED[words]), follow=False)
    assert answer.status_code in {200, 302}
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200, "a stranger is asked to sign in"
