"""Registering in steps: each is kept, what is lacking is said, what looks like another entry is shown first."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.models import Membership
from services.directory import actions, queries, rules
from services.directory.errors import LooksLikeAnother, VendorIncomplete, WrongState
from services.directory.models import Vendor
from tests.conftest import person
from tests.factories.directory import PHONE, complete, draft, make_code

BASICS = {"kind": "company", "name_zh": "石板街老物件", "name_en": "", "categories": ["props"]}


def url(vendor, step):
    return reverse("directory:step", args=[vendor.slug, step])


def test_somebody_without_a_company_registers_and_gets_one(client, db):
    ren = person("ren@mail.example", "任一")
    client.force_login(ren)
    answer = client.post(reverse("directory:register"), BASICS | {"credit_code": make_code()})
    vendor = Vendor.objects.get()
    assert answer.headers["Location"] == url(vendor, "offer")
    assert Membership.objects.get(user=ren).organisation == vendor.organisation
    assert (vendor.state, vendor.slug) == ("draft", "shi-ban-jie-lao-wu-jian")


def test_all_six_steps_by_hand_and_it_is_with_the_lot(client, wei, company_w, mei):
    client.force_login(wei)
    client.post(reverse("directory:register"), BASICS | {"credit_code": make_code()})
    vendor = Vendor.objects.get()
    said = {
        "offer": {
            "summary_zh": "家具、灯具、搪瓷。", "coverage": ["yongchuan"], "price_from": "20", "price_to": "1,800", "price_basis": "item_day",
            "invoice": "general",
        },
        "papers": {"kind": "business", "title": "营业执照", "number": "91"},
        "works": {
            "what": "credits", "credit-TOTAL_FORMS": "1", "credit-INITIAL_FORMS": "0", "credit-0-title_zh": "四合", "credit-0-year": "2026",
        },
        "calendar": {"span-TOTAL_FORMS": "1", "span-INITIAL_FORMS": "0", "span-0-first": "2031-06-01", "span-0-last": "2031-06-03"},
        "contact": {"person": "魏师傅", "phone": PHONE, "email": ""},
    }  # fmt: skip
    for step, data in said.items():
        assert client.get(url(vendor, step)).status_code == 200, step
        answer = client.post(url(vendor, step), data)
        assert answer.status_code == 302, (step, answer.text)
    vendor.refresh_from_db()
    assert (vendor.price_from_fen, vendor.price_to_fen) == (2_000, 180_000)
    assert [(one.start.day, one.end.day) for one in vendor.busy.all()] == [(1, 4)]
    page = client.get(reverse("directory:own", args=[vendor.slug]))
    assert "送去核验" in page.text or 'action="/zh-hans/services/directory/mine/' in page.text
    client.post(reverse("directory:submit", args=[vendor.slug]))
    vendor.refresh_from_db()
    assert vendor.state == "submitted"
    assert vendor.submitted_at


def test_what_is_lacking_is_said_by_step(wei, company_w):
    vendor = draft(wei, company_w, summary_zh="", summary_en="", categories=["aerial"])
    assert set(rules.lacking(vendor, [], None)) == {"offer", "papers", "contact"}
    with pytest.raises(VendorIncomplete):
        actions.submit_vendor(actor=wei, vendor=vendor)
    vendor.refresh_from_db()
    assert vendor.state == "draft"


def test_a_person_needs_neither_code_nor_business_licence(wei, company_w):
    vendor = draft(wei, company_w, kind="person", credit_code=None, categories=["location-scout"])
    complete(wei, vendor)
    assert actions.submit_vendor(actor=wei, vendor=vendor).state == "submitted"


def test_a_trade_with_a_licence_is_not_sent_without_one(wei, company_w):
    vendor = complete(wei, draft(wei, company_w, categories=["aerial"]))
    with pytest.raises(VendorIncomplete) as caught:
        actions.submit_vendor(actor=wei, vendor=vendor)
    assert list(caught.value.detail["lacks"]) == ["papers"]


@pytest.mark.parametrize("name", ["云门 衣库", "重庆云门衣库有限公司", "雲門衣庫", "云门衣库工作室"])
def test_a_similar_name_is_shown_before_anything_is_saved(client, zhao, vendor, name):
    client.force_login(zhao)
    data = BASICS | {"name_zh": name, "credit_code": make_code()}
    answer = client.post(reverse("directory:register"), data)
    assert answer.status_code == 422
    assert vendor.get_absolute_url() in answer.text
    assert 'name="keep_mine"' in answer.text
    assert Vendor.objects.count() == 1
    assert client.post(reverse("directory:register"), data | {"keep_mine": "on"}).status_code == 302
    assert Vendor.objects.count() == 2


def test_a_name_alike_that_is_not_public_is_counted_and_not_named(client, zhao, waiting):
    client.force_login(zhao)
    answer = client.post(
        reverse("directory:register"), BASICS | {"name_zh": waiting.name_zh + "店", "credit_code": make_code()}
    )
    assert answer.status_code == 422
    assert waiting.slug not in answer.text


def test_a_phone_that_is_there_is_said_to_be_and_not_whose(client, zhao, company_b, vendor):
    mine = draft(zhao, company_b)
    client.force_login(zhao)
    data = {"person": "赵川", "phone": "(023) 49807711"}
    answer = client.post(url(mine, "contact"), data)
    assert answer.status_code == 422
    assert vendor.name_zh not in answer.text
    with pytest.raises(LooksLikeAnother):
        actions.set_contact(actor=zhao, vendor=mine, **data)
    assert client.post(url(mine, "contact"), data | {"keep_mine": "on"}).status_code == 302


def test_a_credit_code_is_there_once(client, zhao, vendor):
    client.force_login(zhao)
    answer = client.post(reverse("directory:register"), BASICS | {"credit_code": vendor.credit_code.lower()})
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert Vendor.objects.count() == 1


def test_a_wrong_check_digit_is_said_beside_the_field(client, wei):
    client.force_login(wei)
    code = make_code()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = client.post(reverse("directory:register"), BASICS | {"credit_code": wrong})
    assert answer.status_code == 422
    assert wrong in answer.text
    assert not Vendor.objects.exists()


def test_two_with_the_same_code_at_once_are_refused_by_the_database(wei, company_w, vendor):
    other = draft(wei, company_w)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vendor.objects.filter(pk=other.pk).update(credit_code=vendor.credit_code)


def test_a_name_like_one_of_our_addresses_gets_another(wei, company_w):
    assert draft(wei, company_w, name_en="Mine").slug.startswith("mine-")
    assert draft(wei, company_w, name_en="Review").slug.startswith("review-")


def test_what_was_checked_and_is_changed_has_to_be_checked_again(wei, vendor):
    actions.change_vendor(actor=wei, vendor=vendor, price_from_fen=6_000)
    vendor.refresh_from_db()
    assert vendor.state == "verified"
    actions.change_vendor(actor=wei, vendor=vendor, categories=["costume", "makeup"])
    vendor.refresh_from_db()
    assert (vendor.state, vendor.needs_check) == ("due", "identity")


def test_a_suspended_entry_changes_nothing_any_more(wei, vendor, mei):
    actions.suspend_vendor(actor=mei, vendor=vendor, reason="假资料")
    with pytest.raises(WrongState):
        actions.change_vendor(actor=wei, vendor=vendor, summary_zh="又来")
    with pytest.raises(WrongState):
        actions.set_busy(actor=wei, vendor=vendor, spans=[])


def test_nobody_else_changes_an_entry(zhao, vendor, lin):
    for who in (zhao, lin):
        with pytest.raises(PermissionDenied):
            actions.change_vendor(actor=who, vendor=vendor, summary_zh="我的")
        with pytest.raises(PermissionDenied):
            actions.set_contact(actor=who, vendor=vendor, person="x", phone="12345678")


def test_state_and_marks_are_not_for_a_vendor_to_set(wei, vendor):
    with pytest.raises(TypeError):
        actions.change_vendor(actor=wei, vendor=vendor, state="verified")
    with pytest.raises(TypeError):
        actions.register_vendor(actor=wei, organisation=None, name_zh="x", last_verified_on=None)


def test_prices_go_up_and_terms_are_known(wei, company_w):
    with pytest.raises(ValidationError):
        draft(wei, company_w, price_from_fen=100, price_to_fen=50)
    with pytest.raises(ValidationError):
        draft(wei, company_w, categories=["costume", "costume"])
    with pytest.raises(ValidationError):
        draft(wei, company_w, coverage=["atlantis"])
    assert not Vendor.objects.exists()


def test_a_colleague_keeps_the_entry_too_and_a_finance_member_does_not(client, wei, company_w, vendor):
    hand = person("hand@mail.example", "帮手", company=company_w, role="member")
    books = person("books@mail.example", "账房", company=company_w, role="finance")
    client.force_login(hand)
    assert client.get(url(vendor, "offer")).status_code == 200
    client.force_login(books)
    assert client.get(url(vendor, "offer")).status_code == 404
    page = client.get(reverse("directory:own", args=[vendor.slug]))
    assert page.status_code == 200
    assert PHONE not in page.text


def test_the_digits_of_a_phone_are_compared_not_its_signs():
    assert queries.digits_of("+86 138-0000 0000") == queries.digits_of("13800000000") == "13800000000"
