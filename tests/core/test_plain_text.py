"""What no database can hold is refused once, for addresses, queries, forms and JSON; names hide nothing."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.accounts.models import Organisation, User
from portal.core.rest import encode_cursor
from portal.core.text import MARKS_IN_A_ROW, unstorable, validate_signs
from services.directory.forms import BasicsForm, ContactForm
from tests.bookings.conftest import firm
from tests.factories.studios import make_resource

NUL = "/api/v1/stages?kind=%00", "/api/v1/stages/free?kind=%00", "/api/v1/events?edition=%00", "/api/v1/events?%00=1"


@pytest.mark.parametrize("url", [*NUL, "/api/v1/bookings?state=%00"])
def test_nul_in_a_query_of_the_api_is_422(db, lin, url):
    client = Client()
    client.force_login(lin)
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("url", ["/zh-hans/locations/?q=%00", "/zh-hans/stages/?%00", "/accounts/login/?next=%00"])
def test_nul_in_a_query_of_a_page_is_a_clear_400(db, url):
    answer = Client().get(url)
    assert answer.status_code == 400
    assert "无法理解" in answer.text or "We could not understand" in answer.text or "400" in answer.text


def test_nul_in_a_form_is_400_also_beside_a_file(db, lin):
    client = Client()
    client.force_login(lin)
    stage = make_resource().stage
    url = f"/zh-hans/bookings/new/{stage.slug}/"
    assert client.post(url, {"key": "\x00", "start": "2027-01-01"}).status_code == 400
    assert client.post(url, {"ke\x00y": "1"}).status_code == 400
    with_file = {"file": SimpleUploadedFile("a.bin", b"\x00" * 9), "key": "a\x00"}
    assert client.post(url, with_file).status_code == 400
    assert client.post(url, with_file | {"key": "a"}).status_code == 422, "a file may hold any byte"


def test_forms_come_in_utf_8(db):
    kind = "application/x-www-form-urlencoded; charset="
    for charset, status in (("utf-16", 415), ("unicode_escape", 415), ("hex", 415), ("UTF8", 200)):
        answer = Client().generic("POST", "/accounts/login/", b"a=b", content_type=kind + charset)
        assert answer.status_code == status, charset
    assert Client().get("/api/v1/stages", CONTENT_TYPE="a/b; charset=hex").status_code == 200


def test_a_cookie_with_nul_is_nobodys(db):
    client = Client()
    client.cookies["sessionid"] = "aaaaaaaa\x00aaaaaaaa"
    assert client.get("/accounts/", HTTP_COOKIE='sessionid="aaaaaaaa\\000aaaaaaaa"').status_code == 302


@pytest.mark.parametrize("body", [b'{"reason": "a\\u0000"}', b'{"reason": "\\ud800"}', b'{"reason": "\xed\xa0\x80"}',
                                  b'{"x": [{"y": "\\u0000"}]}', b'{"\\u0000": 1}', b'{"x": {"\\udfff": 1}}'])  # fmt: skip
def test_json_with_nul_or_half_a_character_is_422(lin, body):
    booking = firm(lin, make_resource())
    client = Client()
    client.force_login(lin)
    url = f"/api/v1/bookings/{booking.reference}/cancel"
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_deep_json_is_looked_through_without_recursion():
    deep = {"a": []}
    inner = deep["a"]
    for _level in range(5_000):
        inner.append([])
        inner = inner[0]
    inner.append("\x00")
    assert unstorable(deep).startswith("a.0.0")
    assert unstorable(json.loads('{"a": ["𠀀", "👩‍🎤", "\\ud83c\\udfac"]}')) is None


CURSORS = [[0, 1.5, "a"], [0, True, 1], [0, float("inf"), 1], [0, float("nan"), 1], [0, 1.0, 2**63], [0, 1.0, 1.5],
           [0, 1.0], [0, 1.0, 1, 1], [0, None, 1], [0, 10**400, 1], [True], [], [[]], {"a": 1}]  # fmt: skip


@pytest.mark.parametrize("held", CURSORS, ids=repr)
def test_a_tampered_cursor_is_422(db, held):
    assert Client().get("/api/v1/locations", {"cursor": encode_cursor(held)}).status_code == 422


@pytest.mark.parametrize("name", ["林\u202e岚", "e" + "\u0301" * (MARKS_IN_A_ROW + 1), "\u2066x", "a\x1bb", "a\u2028b"])
def test_a_name_hides_and_piles_up_nothing(name):
    with pytest.raises(ValidationError):
        validate_signs(name)
    for record in (User(name=name), Organisation(name=name), Organisation(invoice_title=name)):
        with pytest.raises(ValidationError) as caught:
            record.clean_fields()
        assert {"name", "invoice_title"} & set(caught.value.message_dict)
    assert "name_zh" in BasicsForm({"name_zh": name}).errors
    assert "person" in ContactForm({"person": name}).errors


@pytest.mark.parametrize("name", ["Zoë Đặng", "ནམ་མཁའ་", "مريم", "👩‍🎤 乐队", "𠀀𠀁", "Nguye\u0302\u0303n", "ที่รัก"])
def test_names_of_the_world_are_names(name):
    validate_signs(name)
