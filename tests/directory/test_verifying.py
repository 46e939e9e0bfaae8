"""The lot's check: one thing at a time, nothing skipped, two verifiers in turn; marks that fall by themselves; still true?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.notifications.models import Notice
from services.directory import actions, rules
from services.directory.errors import ChecksMissing, LinkUnusable, WrongState
from services.directory.models import Check, Paper, Reminder, Vendor
from services.directory.rules import ANSWER_WITHIN, ASK_AFTER, SOON
from tests.factories.directory import check_all, draft, submitted, verified


def day(number=0):
    return timezone.localdate() + timedelta(days=number)


def later(number):
    return timezone.now() + timedelta(days=number)


def state(vendor):
    vendor.refresh_from_db()
    return vendor.state


def test_sent_taken_checked_verified_and_found(client, wei, company_w, mei):
    vendor = submitted(wei, company_w, insured_until=day(200))
    page = reverse("directory:review", args=[vendor.slug])
    client.force_login(mei)
    assert client.get(page).status_code == 200
    client.post(reverse("directory:take", args=[vendor.slug]))
    assert state(vendor) == "checking"
    things = ["credit_code", *(f"paper-{paper.pk}" for paper in vendor.papers.all())]
    for thing in things:
        client.post(reverse("directory:verify", args=[vendor.slug]))
        assert state(vendor) == "checking", "verified too early"
        answer = client.post(reverse("directory:check", args=[vendor.slug]), {"thing": thing, "passed": "yes"})
        assert answer.status_code == 302
    client.post(reverse("directory:verify", args=[vendor.slug]))
    assert state(vendor) == "verified"
    client.logout()
    assert vendor.name_zh in client.get(reverse("directory:list")).text
    assert client.get(vendor.get_absolute_url()).status_code == 200
    assert Notice.objects.filter(recipient=wei).exists()


def test_the_queue_has_what_waits_the_longest_waiting_first(wei, company_w, mei):
    first, second = submitted(wei, company_w), submitted(wei, company_w)
    draft(wei, company_w)
    fresh = verified(wei, company_w, mei)
    assert list(Vendor.objects.waiting()) == [first, second]
    actions.add_paper(actor=wei, vendor=fresh, kind="licence", title="新证", number="N1")
    assert list(Vendor.objects.waiting()) == [first, second, fresh]


def test_nothing_is_verified_before_everything_was_found_right(wei, company_w, mei):
    vendor = submitted(wei, company_w)
    with pytest.raises(ChecksMissing):
        actions.verify_vendor(actor=mei, vendor=vendor)
    check_all(mei, vendor)
    actions.record_check(actor=mei, vendor=vendor, kind="credit_code", passed=False, note="名称不一致")
    with pytest.raises(ChecksMissing):
        actions.verify_vendor(actor=mei, vendor=vendor)


def test_a_paper_that_is_over_is_never_found_right(wei, company_w, mei):
    vendor = submitted(wei, company_w, insured_until=day(-1))
    paper = vendor.papers.get(kind="insurance")
    with pytest.raises(ValidationError):
        actions.record_check(actor=mei, vendor=vendor, kind="paper", paper=paper, passed=True)


def test_a_check_is_never_good_beyond_the_paper(wei, company_w, mei):
    vendor = submitted(wei, company_w, insured_until=day(100))
    paper = vendor.papers.get(kind="insurance")
    check = actions.record_check(actor=mei, vendor=vendor, kind="paper", paper=paper, passed=True, valid_until=day(300))
    assert check.valid_until == day(100)


def test_a_paper_of_another_entry_proves_nothing(wei, company_w, mei):
    one, other = submitted(wei, company_w), submitted(wei, company_w)
    with pytest.raises(ValidationError):
        actions.record_check(actor=mei, vendor=one, kind="paper", paper=other.papers.first(), passed=True)


def test_the_second_verifier_is_told(client, wei, company_w, mei):
    vendor = submitted(wei, company_w)
    actions.take_vendor(actor=mei, vendor=vendor)
    with pytest.raises(WrongState):
        actions.take_vendor(actor=mei, vendor=vendor)
    client.force_login(mei)
    answer = client.post(reverse("directory:take", args=[vendor.slug]), follow=True)
    assert answer.status_code == 200
    assert [str(one) for one in answer.context["messages"]]


def test_sent_back_says_why_and_can_be_sent_again(client, wei, company_w, mei):
    vendor = submitted(wei, company_w)
    client.force_login(mei)
    back = reverse("directory:return", args=[vendor.slug])
    assert client.post(back, {"reason": "  "}).status_code == 422
    assert client.post(back, {"reason": "照片看不清"}).status_code == 302
    assert state(vendor) == "returned"
    client.force_login(wei)
    assert "照片看不清" in client.get(reverse("directory:own", args=[vendor.slug])).text
    actions.submit_vendor(actor=wei, vendor=vendor)
    assert (state(vendor), vendor.reason) == ("submitted", "")


def test_suspended_is_found_nowhere_and_is_checked_again_before_it_returns(client, vendor, mei):
    actions.suspend_vendor(actor=mei, vendor=vendor, reason="两次没有按航线飞")
    assert client.get(vendor.get_absolute_url()).status_code == 404
    assert vendor.name_zh not in client.get(reverse("directory:list")).text
    assert client.get(f"/api/v1/vendors/{vendor.slug}").status_code == 404
    actions.resume_vendor(actor=mei, vendor=vendor)
    assert state(vendor) == "checking"
    assert client.get(vendor.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("who", ["wei", "gao", "lin", "fang"])
def test_nobody_but_the_verifier_checks(who, waiting, request):
    actor = request.getfixturevalue(who)
    for step in (
        lambda: actions.take_vendor(actor=actor, vendor=waiting),
        lambda: actions.record_check(actor=actor, vendor=waiting, kind="credit_code", passed=True),
        lambda: actions.verify_vendor(actor=actor, vendor=waiting),
        lambda: actions.suspend_vendor(actor=actor, vendor=waiting, reason="x"),
        lambda: actions.view_contact(actor=actor, vendor=waiting, why="x"),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert state(waiting) == "submitted"
    assert not Check.objects.exists()


def test_the_database_refuses_a_public_entry_nobody_verified(waiting):
    with pytest.raises(IntegrityError), transaction.atomic():
        Vendor.objects.filter(pk=waiting.pk).update(state="verified")


@pytest.mark.parametrize(
    ("ends", "mark"), [(SOON.days + 1, "verified"), (SOON.days, "due"), (0, "due"), (-1, "expired")]
)
def test_the_mark_falls_with_the_papers(wei, company_w, mei, ends, mark):
    vendor = verified(wei, company_w, mei, insured_until=day(300))
    Paper.objects.filter(vendor=vendor, kind="insurance").update(expires_on=day(ends))
    actions.lower_marks()
    assert state(vendor) == mark


def test_people_are_told_once_and_a_new_paper_lifts_the_mark(wei, company_w, mei):
    vendor = verified(wei, company_w, mei, insured_until=day(60))
    mail.outbox.clear()
    Notice.objects.all().delete()
    for _time in range(3):
        actions.lower_marks(now=later(40))
    assert state(vendor) == "due"
    assert Notice.objects.filter(recipient=wei).count() == 1
    actions.remove_paper(actor=wei, vendor=vendor, paper=vendor.papers.get(kind="insurance"))
    new = actions.add_paper(
        actor=wei, vendor=vendor, kind="insurance", title="新保单", number="P-2", expires_on=day(400)
    )
    actions.record_check(actor=mei, vendor=vendor, kind="paper", paper=new, passed=True)
    actions.verify_vendor(actor=mei, vendor=vendor)
    assert state(vendor) == "verified"


def test_a_check_older_than_a_year_makes_due(vendor):
    actions.lower_marks(now=later(366))
    assert state(vendor) == "due"


def test_still_true_is_asked_once_each_half_year_and_answered_by_the_button_alone(client, vendor, wei):
    then = later(ASK_AFTER.days)
    assert actions.ask_still_true(now=later(ASK_AFTER.days - 1)) == 0
    assert [actions.ask_still_true(now=then) for _time in range(3)] == [1, 0, 0]
    reminder = Reminder.objects.get()
    link = Notice.objects.filter(recipient=wei, path__contains="still-true").get().path
    for _scanner in range(2):
        assert client.get(link, follow=True).status_code == 200
    reminder.refresh_from_db()
    assert reminder.answered_at is None
    url = client.get(link, follow=True).request["PATH_INFO"]
    assert client.post(url).status_code == 200
    reminder.refresh_from_db()
    assert reminder.answered_at
    assert client.post(url).status_code == 410


def test_no_answer_lowers_the_mark_and_an_answer_lifts_it(vendor, wei):
    asked = later(ASK_AFTER.days)
    actions.ask_still_true(now=asked)
    actions.lower_unanswered(now=asked + ANSWER_WITHIN - timedelta(hours=1))
    assert state(vendor) == "verified"
    actions.lower_unanswered(now=asked + ANSWER_WITHIN)
    assert state(vendor) == "due"
    path = Notice.objects.filter(recipient=wei, path__contains="still-true").get().path
    actions.answer_still_true(token=path.rstrip("/").rpartition("/")[2], now=asked + ANSWER_WITHIN)
    assert state(vendor) == "verified"


@pytest.mark.parametrize("token", ["x", "1:abc:def", "…", "MQ:1abc:" + "x" * 43, "a" * 2000])
def test_a_forged_link_confirms_nothing(client, vendor, token):
    actions.ask_still_true(now=later(ASK_AFTER.days))
    assert client.post(reverse("directory:still_true", args=[token])).status_code == 410
    with pytest.raises(LinkUnusable):
        actions.answer_still_true(token=token)
    assert Reminder.objects.get().answered_at is None


def test_the_states_lead_nowhere_unexpected():
    assert set(rules.NEXT) == {"submit", "take", "return", "verify", "suspend", "resume"}
    assert "draft" not in {state for name, states in rules.NEXT.items() if name != "submit" for state in states}


def test_the_admin_corrects_words_and_never_the_state(client, waiting, django_user_model):
    boss = django_user_model.objects.create_superuser("boss@lot.example", "guangying-demo", name="值班")
    client.force_login(boss)
    assert waiting.name_zh in client.get(reverse("vendor_records:index")).text
    page = reverse("vendor_records:edit", args=[waiting.pk])
    assert client.get(page).status_code == 200
    data = {
        "name_zh": "改好的名字", "name_en": "Better", "kind": "company", "credit_code": waiting.credit_code, "categories": ["costume"],
        "coverage": ["yongchuan"], "popularity": "0", "price_basis": "day", "invoice": "general", "state": "verified",
    }  # fmt: skip
    assert client.post(page, data).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.name_zh, waiting.state) == ("改好的名字", "submitted")


def test_the_queue_stands_on_the_desk(client, waiting, mei, gao):
    client.force_login(mei)
    assert waiting.name_zh in client.get("/admin/").text
    client.force_login(gao)
    assert waiting.name_zh not in client.get("/admin/").text


def test_a_person_without_papers_is_verified_only_after_a_visit(wei, company_w, mei):
    vendor = submitted(wei, company_w, kind="person", credit_code=None, categories=["location-scout"])
    with pytest.raises(ChecksMissing):
        actions.verify_vendor(actor=mei, vendor=vendor)
    actions.record_check(actor=mei, vendor=vendor, kind="visit", passed=True, note="见过本人")
    assert actions.verify_vendor(actor=mei, vendor=vendor).state == "verified"
