"""What visitors, vendors and verifiers see: both languages, a fixed number of queries, bad input with a clear message."""

import json
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from services.directory import actions
from services.directory.models import Credit, Vendor
from tests.factories.directory import submitted, verified
from tests.load.hostile_images import corpus

BUDGET = 12
HOSTILE = [
    "x" * 10_000, "👩‍🎤🎬", "\u202eabc", "-1", "'; --", "<script>alert(1)</script>", "9" * 40, "2026-02-30", "𠀀", "NaN", "٣", "\ud83c",
]  # fmt: skip
LIST = "/zh-hans/services/directory/"


@pytest.fixture
def full(wei, company_w, mei):
    """Twenty-five entries with works, papers, days and a few that wait."""
    made = []
    for number in range(25):
        vendor = verified(
            wei, company_w, mei, insured_until=timezone.localdate() + timedelta(days=300), categories=["costume", "props"][number % 2 :]
        )  # fmt: skip
        actions.set_credits(
            actor=wei, vendor=vendor, rows=[Credit(title_zh=f"片{number}{n}", year=2025 - n) for n in range(3)]
        )
        made.append(vendor)
    for _number in range(8):
        submitted(wei, company_w)
    return made


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return [one["sql"] for one in caught.captured_queries]


def test_lists_and_pages_cost_a_fixed_number_of_queries(full, wei, mei):
    visitor, vendor, verifier = Client(), Client(), Client()
    vendor.force_login(wei)
    verifier.force_login(mei)
    one = full[0]
    costs = {
        "list": queries_of(visitor, LIST),
        "list with words and filters": queries_of(visitor, f"{LIST}?q=衣库&category=costume&mark=verified"),
        "second page": queries_of(visitor, f"{LIST}?page=2"),
        "api": queries_of(visitor, "/api/v1/vendors?facets=1&limit=24"),
        "own list": queries_of(vendor, reverse("directory:own_list")),
        "imports": queries_of(verifier, reverse("directory:imports")),
    }
    for name, sql in costs.items():
        assert len(sql) <= BUDGET, (name, sql)
        assert max(Counter(sql).values()) == 1, (name, Counter(sql).most_common(2))
    detail = queries_of(visitor, one.get_absolute_url())
    assert len(detail) <= 20, detail
    assert max(Counter(detail).values()) == 1, Counter(detail).most_common(2)


def test_more_entries_cost_no_more_queries(wei, company_w, mei):
    client = Client()
    verified(wei, company_w, mei)
    few = len(queries_of(client, LIST))
    for _number in range(12):
        verified(wei, company_w, mei)
    assert len(queries_of(client, LIST)) <= few + 2


def test_the_verifiers_list_costs_no_more_with_more_entries(full, mei):
    client = Client()
    client.force_login(mei)
    sql = queries_of(client, reverse("vendor_records:index"))
    Vendor.objects.filter(pk__in=[one.pk for one in full[:20]]).delete()
    assert len(sql) <= len(queries_of(client, reverse("vendor_records:index"))) + 2


@pytest.mark.parametrize("text", HOSTILE)
def test_the_list_bears_any_question(vendor, client, text):
    for name in ("q", "page", "category", "mark", "sort", "price_yuan_min", "district", "nothing", "heading"):
        answer = client.get(LIST, {name: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})
        assert answer.status_code == 200, (name, text[:20])
        assert "<script>alert(1)" not in answer.text


def refused(text):
    """Return whether the page says that something is wrong: beside a field, or above the form."""
    return "field__error" in text or 'data-state="refused"' in text


def fields_of(step):
    return {
        "basics": ["kind", "name_zh", "name_en", "credit_code", "categories"],
        "offer": ["summary_zh", "summary_en", "description_zh", "coverage", "radius_km", "languages", "price_from", "price_to", "price_basis",
                  "invoice", "minimum_zh"],
        "papers": ["kind", "title", "number", "expires_on", "insured"],
        "works": ["credit-0-title_zh", "credit-0-year", "credit-0-role_zh", "credit-TOTAL_FORMS", "credit-INITIAL_FORMS"],
        "calendar": ["span-0-first", "span-0-last", "span-TOTAL_FORMS"],
        "contact": ["person", "phone", "email", "wechat"],
    }[step]  # fmt: skip


VALID = {
    "basics": {"kind": "company", "name_zh": "云门衣库", "credit_code": "", "categories": "costume"},
    "offer": {"summary_zh": "x", "price_basis": "day", "invoice": "general", "coverage": "yongchuan"},
    "papers": {"kind": "licence", "title": "证", "number": "1"},
    "works": {"what": "credits", "credit-TOTAL_FORMS": "1", "credit-INITIAL_FORMS": "0", "credit-0-title_zh": "片", "credit-0-year": "2025"},
    "calendar": {"span-TOTAL_FORMS": "1", "span-INITIAL_FORMS": "0", "span-0-first": "2031-01-01", "span-0-last": "2031-01-02"},
    "contact": {"person": "魏", "phone": "13812345678"},
}  # fmt: skip


@pytest.mark.parametrize("step", VALID)
def test_every_step_bears_anything_in_any_field(client, wei, vendor, step):
    client.force_login(wei)
    url = reverse("directory:step", args=[vendor.slug, step])
    for field in fields_of(step):
        for text in HOSTILE:
            data = VALID[step] | {field: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
            answer = client.post(url, data)
            assert answer.status_code in {302, 422}, (step, field, text[:20], answer.status_code)
            if answer.status_code == 422:
                assert refused(answer.text), (step, field, text[:20])
    assert client.get(vendor.get_absolute_url()).status_code in {200, 404}
    assert client.get(LIST).status_code == 200


def test_the_first_step_bears_anything(client, zhao):
    client.force_login(zhao)
    for field in fields_of("basics"):
        for text in HOSTILE:
            data = VALID["basics"] | {
                "kind": "person",
                field: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            }
            assert client.post(reverse("directory:register"), data | {"keep_mine": "on"}).status_code in {302, 422}, (
                field,
                text[:20],
            )
    for vendor in Vendor.objects.all():
        assert client.get(reverse("directory:own", args=[vendor.slug])).status_code == 200


@pytest.mark.parametrize("field", ["sender_name", "sender_email", "production", "first_day", "last_day", "text"])
def test_the_message_form_bears_anything(vendor, field):
    for number, text in enumerate(HOSTILE):
        data = {"sender_name": "陈", "sender_email": f"c{number}@mail.example", "text": "要衣服"}
        data[field] = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        answer = Client(REMOTE_ADDR=f"10.1.{number}.1").post(reverse("directory:ask", args=[vendor.slug]), data)
        assert answer.status_code in {302, 422}, (field, text[:20], answer.status_code)


@pytest.mark.parametrize("name", ["check", "return", "contact"])
def test_the_verifiers_forms_bear_anything(client, mei, vendor, name):
    client.force_login(mei)
    url = reverse(f"directory:{name}", args=[vendor.slug])
    for field in {"check": ["thing", "passed", "note", "valid_until"], "return": ["reason"], "contact": ["why"]}[name]:
        for text in HOSTILE:
            data = {"thing": "visit", "passed": "yes"} | {
                field: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            }
            assert client.post(url, data).status_code in {200, 302, 422}, (field, text[:20])
    assert client.get(reverse("directory:review", args=[vendor.slug])).status_code == 200


@pytest.mark.parametrize("what", ["picture", "avatar"])
def test_hostile_pictures_are_refused_beside_the_field(client, wei, vendor, what):
    client.force_login(wei)
    url = reverse("directory:step", args=[vendor.slug, "works"])
    for name in (
        "truncated.jpg",
        "zero_bytes.jpg",
        "text_as.jpg",
        "bomb_20000x20000.png",
        "script.svg",
        "gif_js_polyglot.gif",
    ):
        file = SimpleUploadedFile(name, corpus()[name][0])
        data = {
            "what": what,
            "file": file,
            "avatar": SimpleUploadedFile(name, corpus()[name][0]),
            "subject": "x",
            "credit": "y",
        }
        answer = client.post(url, data | {"may_show": "on"})
        assert answer.status_code == 422, name
        assert refused(answer.text), name
    vendor.refresh_from_db()
    assert vendor.avatar is None
    assert not vendor.pictures.exists()


def test_hostile_papers_are_refused_and_a_photograph_becomes_a_pdf(client, wei, vendor, mei):
    client.force_login(wei)
    url = reverse("directory:step", args=[vendor.slug, "papers"])
    before = vendor.papers.count()
    bad = {
        "x.pdf": b"no pdf", "x.exe": b"MZ", "x.docx": b"PK\x03\x04", "x.jpg": corpus()["truncated.jpg"][0], "x.svg": b"<svg/>",
        "empty.pdf": b"", "script.pdf": b"%PDF-1.4\n1 0 obj<</JS(app.alert(1))/S/JavaScript>>endobj",
    }  # fmt: skip
    for number, (name, content) in enumerate(bad.items()):
        data = VALID["papers"] | {"number": f"bad-{number}", "file": SimpleUploadedFile(name, content)}
        assert client.post(url, data).status_code == 422, name
    assert vendor.papers.count() == before
    photo = SimpleUploadedFile("证.jpg", corpus()["exif_gps_private_home.jpg"][0])
    assert client.post(url, VALID["papers"] | {"file": photo}).status_code == 302
    paper = vendor.papers.get(number="1")
    answer = client.post(reverse("directory:paper_file", args=[vendor.slug, paper.pk]))
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF")
    assert b"Field Camera" not in content


def test_a_form_sent_twice_makes_one(client, wei, vendor):
    client.force_login(wei)
    url = reverse("directory:step", args=[vendor.slug, "papers"])
    assert [client.post(url, VALID["papers"]).status_code for _press in range(2)] == [302, 422]
    assert vendor.papers.filter(number="1").count() == 1


def test_too_many_rows_are_refused_and_none_is_lost(client, wei, vendor):
    client.force_login(wei)
    data = {"what": "credits", "credit-TOTAL_FORMS": "70", "credit-INITIAL_FORMS": "0"}
    for number in range(70):
        data |= {f"credit-{number}-title_zh": f"第{number}部", f"credit-{number}-year": "2025"}
    answer = client.post(reverse("directory:step", args=[vendor.slug, "works"]), data)
    assert answer.status_code == 422
    assert "第69部" in answer.text
    assert not vendor.credits.exists()


HAN = re.compile(r"[\u4e00-\u9fff]+")


def unmarked_han(html):
    """Return Chinese that stands outside elements marked as Chinese."""
    html = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)
    while (less := re.sub(r'<(\w+)[^>]*\blang="zh[^"]*"[^>]*>(?:(?!<\1\b).)*?</\1>', "", html, flags=re.S)) != html:
        html = less
    return HAN.findall(re.sub(r"<[^>]+>", " ", html))


def test_english_pages_hold_no_chinese_that_is_not_marked(client, wei, vendor, mei):
    client.force_login(wei)
    with translation.override("en"):
        urls = [
            reverse("directory:list"),
            vendor.get_absolute_url(),
            reverse("directory:own_list"),
            reverse("directory:register"),
        ]
        urls += [reverse("directory:own", args=[vendor.slug])]
        urls += [reverse("directory:step", args=[vendor.slug, step]) for step in VALID]
    for url in urls:
        assert not set(unmarked_han(client.get(url).text)) - {"中文"}, url


def test_chinese_pages_have_their_texts(client, wei, vendor):
    client.force_login(wei)
    assert "服务商" in client.get(LIST).text
    for step in VALID:
        text = client.get(reverse("directory:step", args=[vendor.slug, step])).text
        assert not [
            word for word in ("Save and go on", "Contact person", "Valid until", "Name in Chinese") if word in text
        ], step


def test_structured_data_is_valid_and_ends_no_element(client, vendor, wei):
    actions.change_vendor(actor=wei, vendor=vendor, summary_zh="</script><script>alert(1)</script>")
    text = client.get(vendor.get_absolute_url()).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1]
    data = json.loads(block)
    assert data["@type"] == "LocalBusiness"
    assert data["description"] == "</script><script>alert(1)</script>"
    assert "telephone" not in data


def test_the_list_swaps_its_results_alone_for_htmx(client, vendor):
    answer = client.get(LIST, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<div")
    assert "HX-Request" in answer.headers["Vary"]


def test_facets_count_and_a_chosen_one_can_be_taken_away(client, full):
    answer = client.get(f"{LIST}?category=costume")
    assert re.search(r"<b>13</b>", answer.text)
    assert 'value="props"' in answer.text
    assert "checked" in answer.text


def test_nothing_found_says_how_to_go_on(client, vendor):
    assert "服务商" in client.get(f"{LIST}?q=潜水艇出租&category=aerial").text
