"""Every URL of the directory, tried by a stranger, a colleague of nobody, another vendor, an editor and a visitor."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Organisation
from services.directory.models import Check, ImportRun, Inquiry, Vendor, VendorContact
from tests.architecture.test_urls_guarded import DIRECTORY_OWN, DIRECTORY_PUBLIC, DIRECTORY_STAFF, OWN, patterns
from tests.conftest import person
from tests.factories.directory import MAIL, PHONE, WECHAT, draft

EVERYBODYS = {"directory:list", "directory:still_true", "directory:confirm"}
DATA = {
    "person": "x", "phone": "13812345678", "reason": "x", "why": "x", "thing": "credit_code", "passed": "yes", "name_zh": "我的", "kind": "person",
    "categories": "costume", "keep_mine": "on", "suspend": "1", "skip": "1",
}  # fmt: skip


@pytest.fixture
def rival(db):
    """Another vendor's owner."""
    return person("rival@mail.example", "同行", company=Organisation.objects.create(name="对面一家"))


@pytest.fixture
def arguments(vendor, waiting, mei):
    """What every URL takes; entries that are not public among them."""
    run = ImportRun.objects.create(name="x.xlsx", digest="d" * 64, state="tried", file="imports/x.json", started_by=mei)
    paper, slug = waiting.papers.first().pk, waiting.slug
    made = {name: [slug] for name in DIRECTORY_OWN | DIRECTORY_STAFF | DIRECTORY_PUBLIC}
    return made | {
        "directory:list": [], "directory:imports": [], "directory:import": [run.pk], "directory:still_true": ["x"], "directory:confirm": ["x"],
        "directory:remove_paper": [slug, paper], "directory:paper_file": [slug, paper], "directory:remove_picture": [slug, 1],
        "directory:step": [slug, "contact"],
    }  # fmt: skip


def everything():
    return (
        list(Vendor.objects.order_by("pk").values()), list(VendorContact.objects.values()), Check.objects.count(), Inquiry.objects.count(),
        list(ImportRun.objects.values_list("state", "done")), [vendor.papers.count() for vendor in Vendor.objects.order_by("pk")],
    )  # fmt: skip


def test_every_url_of_the_directory_is_listed_here():
    names = {name for name, _path in patterns() if name.startswith("directory:")}
    assert names == DIRECTORY_PUBLIC | DIRECTORY_STAFF | DIRECTORY_OWN | {
        one for one in OWN if one.startswith("directory:")
    }
    assert len(names) > 20


@pytest.mark.parametrize("who", ["zhao", "rival", "gao", "fang", None])
def test_nobody_else_reaches_an_entry_that_is_not_public(arguments, who, request):
    client = Client()
    if who:
        client.force_login(request.getfixturevalue(who))
    before = everything()
    tried = 0
    for name in sorted(DIRECTORY_OWN | DIRECTORY_STAFF | DIRECTORY_PUBLIC - EVERYBODYS):
        for method in ("get", "post"):
            answer = getattr(client, method)(reverse(name, args=arguments[name]), DATA)
            allowed = {404, 405} if who or name in DIRECTORY_PUBLIC else {302, 405}
            assert answer.status_code in allowed, (name, method, answer.status_code)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/accounts/login/"), name
            assert not [secret for secret in (PHONE, MAIL, WECHAT) if secret in answer.text], name
            tried += 1
    assert tried == 2 * len(DIRECTORY_OWN | DIRECTORY_STAFF | DIRECTORY_PUBLIC - EVERYBODYS)
    assert everything() == before


@pytest.mark.parametrize("step", ["basics", "offer", "papers", "works", "calendar", "contact"])
def test_no_step_of_another_entry_opens(client, rival, vendor, step):
    client.force_login(rival)
    url = reverse("directory:step", args=[vendor.slug, step])
    before = everything()
    assert client.get(url).status_code == 404
    assert client.post(url, DATA).status_code == 404
    assert everything() == before


def test_a_paper_is_not_fetched_by_the_address_of_ones_own_entry(client, rival, vendor):
    mine = draft(rival, Organisation.objects.get(name="对面一家"))
    client.force_login(rival)
    for name in ("remove_paper", "paper_file"):
        url = reverse(f"directory:{name}", args=[mine.slug, vendor.papers.first().pk])
        assert client.post(url).status_code == 404


def test_opening_pages_changes_nothing(arguments, wei, mei):
    for who in (wei, mei):
        client = Client()
        client.force_login(who)
        before = everything()
        for name in sorted(DIRECTORY_OWN | DIRECTORY_STAFF | DIRECTORY_PUBLIC):
            client.get(reverse(name, args=arguments[name]))
        assert everything() == before


def test_own_and_staff_pages_are_never_stored_nor_found(arguments, wei, mei, vendor):
    for who, names in ((wei, ("own", "preview", "step")), (mei, ("review", "imports", "import"))):
        client = Client()
        client.force_login(who)
        for name in names:
            answer = client.get(reverse(f"directory:{name}", args=arguments[f"directory:{name}"]))
            assert answer.status_code == 200, name
            assert "no-store" in answer.headers["Cache-Control"], name
            assert "noindex" in answer.text, name


def test_a_private_entry_is_nowhere(waiting, vendor):
    client = Client()
    for url in (
        reverse("directory:list"), f"{reverse('directory:list')}?q={waiting.name_zh}", "/api/v1/vendors?facets=1", vendor.get_absolute_url(),
        f"/zh-hans/find/?q={waiting.name_en}", "/sitemap.xml",
    ):  # fmt: skip
        answer = client.get(url, follow=True)
        assert waiting.slug not in answer.text, url
    assert client.get(f"/api/v1/vendors/{waiting.slug}").status_code == 404
