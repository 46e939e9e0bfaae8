"""What an action refuses stands in the admin's form: no error page, and nothing typed is lost."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.snippets.views import snippets

from bookings.models import Closure
from portal.core.errors import RuleViolation
from portal.ui.admin_views import RefusalInForm
from tests.architecture.page_forms import Forms
from tests.architecture.test_urls_guarded import patterns
from tests.bookings.conftest import days, firm, hold
from tests.conftest import person
from tests.factories.directory import verified
from tests.factories.studios import make_resource


def test_every_view_that_saves_by_an_action_draws_refusals():
    """Found by the class tree: a view of ours with its own `save_instance`."""
    list(patterns())  # loads every viewset
    waiting, ours = [CreateView, EditView, snippets.CreateView, snippets.EditView], []
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if not one.__module__.startswith(("wagtail.", "django")) and "save_instance" in vars(one):
                ours.append(one)
    assert len(set(ours)) >= 10
    assert [one.__qualname__ for one in ours if not issubclass(one, RefusalInForm)] == []


def test_a_closure_over_a_booking_is_refused_in_the_form(lin, mei):
    span = days()
    booking = firm(lin, make_resource(), span)
    client = Client()
    client.force_login(mei)
    line = booking.lines.get()
    data = {
        "resource": line.resource_id,
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "reason": "检修灯具",
    }
    answer = client.post(reverse("closures:add"), data)
    assert answer.status_code == 200
    assert "检修灯具" in answer.text
    assert not Closure.objects.exists()
    answer = client.post(reverse("closures:add"), data | {"start": "9999-12-30", "end": "9999-12-31"})
    assert answer.status_code == 200
    assert not Closure.objects.exists()


def test_a_closure_over_a_hold_shows_who_holds_it_and_is_made_once_that_was_seen(lin, mei):
    booking = hold(lin, make_resource(), days())
    client = Client()
    client.force_login(mei)
    line = booking.lines.get()
    data = {
        "resource": line.resource_id,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "reason": "检修灯具",
        "message": "可改用 2 号棚",
    }
    answer = client.post(reverse("closures:add"), data)
    assert answer.status_code == 200
    assert f"{booking.organisation} ({booking.reference})" in answer.text
    assert "可改用 2 号棚" in answer.text, "nothing typed is lost"
    assert not Closure.objects.exists()
    assert client.post(reverse("closures:add"), data | {"over_holds": "on"}).status_code == 302
    assert Closure.objects.get().kind == "work"


class No(RuleViolation):
    """Some rule."""


@pytest.mark.parametrize(
    "refusal",
    [
        No("今天不行", field="name_zh"),
        No("今天不行"),
        ValidationError({"slug": "今天不行"}),
        ValidationError("今天不行"),
    ],
)
def test_a_refused_correction_of_a_vendor_stands_in_its_form(monkeypatch, lin, mei, company_a, refusal):
    vendor = verified(lin, company_a, mei)
    admin = person("root@demo.example", "管理")
    admin.is_superuser = admin.is_staff = True
    admin.save()
    client = Client()
    client.force_login(admin)
    url = reverse("vendor_records:edit", args=[vendor.pk])
    page = Forms()
    page.feed(client.get(url).text)
    data = max((fields for _method, _action, fields in page.found), key=len)

    def say_no(**_fields):
        raise refusal

    monkeypatch.setattr("services.directory.admin.actions.edit_as_staff", say_no)
    answer = client.post(url, data)
    assert answer.status_code == 200
    assert "今天不行" in answer.text
