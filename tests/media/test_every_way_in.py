"""Over a hundred hostile files on every way in: none taken wrongly, none an error, no position kept anywhere.

A place's and a press kit's pictures and documents come in by the admin's choosers. `WAYS` says which sorts of file a
way takes; a new form with a file in it fails `test_every_form_with_a_file_is_tried_here` until it stands here.
"""

import contextlib
import io
import os
import re
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bookings.models import Booking
from cms.events import tickets
from media.models import PortalDocument
from portal.core.uploads import papers, pdfs, pictures
from portal.payments import actions as money
from portal.payments.models import BankFormat, BankStatement, InvoiceRequest
from services.directory.models import ImportRun
from tests.factories.files import archive, pdf
from tests.load.hostile_files import OFD, OFFICE, PDF, PICTURE, REFUSED, SHEET, TEXT, corpus
from tests.load.hostile_images import jpeg
from tests.payments.conftest import due, paid

AJAX = {"X-Requested-With": "XMLHttpRequest"}
POSITION = (b"Exif\0\0", b"GPSLatitude", b"GPSLongitude", b"ns.adobe.com/xap", b"Field Camera", b"<script")
_seen: dict[bytes, bytes | ValidationError] = {}


@pytest.fixture(autouse=True)
def _look_once(monkeypatch):
    """Each PDF costs a process; what it answers depends on its bytes alone."""

    def remembered(data):
        if data not in _seen:
            try:
                _seen[data] = really(data)
            except ValidationError as exc:
                _seen[data] = exc
        if isinstance(_seen[data], ValidationError):
            raise _seen[data]
        return _seen[data]

    really = pdfs.check_pdf
    monkeypatch.setattr(papers, "check_pdf", remembered)
    monkeypatch.setattr(pdfs, "check_pdf", remembered)


def file(name, content=None):
    return SimpleUploadedFile(name, corpus()[name][0] if content is None else content)


def form_answer(response):
    """302 is taken; a form again is a refusal, and says so."""
    if response.status_code == 302:
        return True
    assert "error" in response.text
    return False


def works(client, world, name):
    world["vendor"].pictures.all().delete()
    data = {"what": "picture", "subject": "x", "credit": "y", "may_show": "on", "file": file(name)}
    return form_answer(client.post(reverse("directory:step", args=[world["vendor"].slug, "works"]), data))


def mark(client, world, name):
    data = {"what": "avatar", "avatar": file(name)}
    return form_answer(client.post(reverse("directory:step", args=[world["vendor"].slug, "works"]), data))


def paper(client, world, name):
    world["vendor"].papers.all().delete()
    data = {"kind": "licence", "title": "证", "number": "1", "file": file(name)}
    return form_answer(client.post(reverse("directory:step", args=[world["vendor"].slug, "papers"]), data))


def slip(client, world, name):
    return form_answer(client.post(reverse("pay:slip", args=[world["earnest"].pk]), {"file": file(name)}))


def statement(client, world, name):
    bank, _made = BankFormat.objects.get_or_create(name="示例银行")
    taken = form_answer(client.post(reverse("pay:statements"), {"format": bank.pk, "file": file(name)}))
    BankStatement.objects.all().delete()
    return taken


def vendors(client, world, name):
    taken = form_answer(client.post(reverse("directory:imports"), {"file": file(name)}))
    ImportRun.objects.all().delete()
    return taken


def invoice(client, world, name):
    asked = world["invoice"]
    InvoiceRequest.objects.filter(pk=asked.pk).update(state="requested", number="", file="")
    return form_answer(
        client.post(reverse("pay:issue_invoice", args=[asked.uuid]), {"number": "25", "file": file(name)})
    )


def picture_form(client, world, name):
    data = {"title": "x", "kind": "photo", "file": file(name)}
    return form_answer(client.post(reverse("wagtailimages:add"), data))


def picture_edited(client, world, name):
    data = {"title": "x", "kind": "photo", "file": file(name)}
    return form_answer(client.post(reverse("wagtailimages:edit", args=[world["picture"].pk]), data))


def pictures_at_once(client, world, name):
    answer = client.post(reverse("wagtailimages:add_multiple"), {"title": "x", "files[]": file(name)}, headers=AJAX)
    assert answer.json()["success"] or answer.json()["error_message"]
    return answer.json()["success"]


def picture_chooser(client, world, name):
    start = "image-chooser-upload-"
    data = {f"{start}title": "x", f"{start}kind": "photo", f"{start}file": file(name)}
    return client.post(reverse("wagtailimages_chooser:create"), data).json()["step"] == "chosen"


def document_form(client, world, name):
    return form_answer(client.post(reverse("wagtaildocs:add"), {"title": "x", "file": file(name)}))


def document_edited(client, world, name):
    data = {"title": "x", "file": file(name)}
    return form_answer(client.post(reverse("wagtaildocs:edit", args=[world["document"].pk]), data))


def documents_at_once(client, world, name):
    answer = client.post(reverse("wagtaildocs:add_multiple"), {"title": "x", "files[]": file(name)}, headers=AJAX)
    assert answer.json()["success"] or answer.json()["error_message"]
    return answer.json()["success"]


def document_chooser(client, world, name):
    data = {"document-chooser-upload-title": "x", "document-chooser-upload-file": file(name)}
    return client.post(reverse("wagtaildocs_chooser:create"), data).json()["step"] == "chosen"


def own_portrait(client, world, name):
    data = {
        "locale-preferred_language": "zh-hans", "locale-current_time_zone": "Asia/Shanghai", "theme-theme": "system",
        "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on", "avatar-avatar": file(name),
    }  # fmt: skip
    return form_answer(client.post(reverse("wagtailadmin_account"), data))


def redirects(client, world, name):
    answer = client.post(reverse("wagtailredirects:start_import"), {"import_file": file(name)})
    return answer.status_code == 200 and "confirm" in str([one.name for one in answer.templates])


WAYS = {
    "vendor picture": (works, "wei", {PICTURE}),
    "vendor mark": (mark, "wei", {PICTURE}),
    "licence": (paper, "wei", {PICTURE, PDF}),
    "slip": (slip, "lin", {PICTURE, PDF}),
    "statement": (statement, "fang", {TEXT}),
    "sheet of vendors": (vendors, "mei", {SHEET}),
    "invoice": (invoice, "fang", {PDF, OFD}),
    "admin picture": (picture_form, "gao", {PICTURE}),
    "admin picture replaced": (picture_edited, "gao", {PICTURE}),
    "admin pictures at once": (pictures_at_once, "gao", {PICTURE}),
    "admin picture chooser": (picture_chooser, "gao", {PICTURE}),
    "admin document": (document_form, "gao", {PDF, OFFICE, TEXT}),
    "admin document replaced": (document_edited, "gao", {PDF, OFFICE, TEXT}),
    "admin documents at once": (documents_at_once, "gao", {PDF, OFFICE, TEXT}),
    "admin document chooser": (document_chooser, "gao", {PDF, OFFICE, TEXT}),
    "portrait in the admin": (own_portrait, "gao", {PICTURE}),
    "sheet of redirects": (redirects, "boss", {TEXT}),
}


@pytest.fixture
def world(request, settings, vendor, earnest, lin, fang, picture, gao, django_user_model):
    settings.SLIPS_PER_AMOUNT = 1000
    document = PortalDocument(title="x", file=SimpleUploadedFile("a.pdf", pdf()), file_size=1)
    document.save()
    paid(lin, earnest)
    asked = money.request_invoice(actor=lin, schedule=earnest, kind="ordinary", title="t", email="a@b.example")
    return {
        "vendor": vendor, "picture": picture, "document": document, "invoice": asked,
        "earnest": due(Booking.objects.get(pk=earnest.subject_id), "balance_due"),
        "boss": django_user_model.objects.create_superuser("boss@lot.example", "guangying-demo", name="值班"),
    }  # fmt: skip


def everything_in(data):
    """Yield a file and, where it is an archive, all that lies in it."""
    yield data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for entry in packed.infolist():
                yield from everything_in(packed.read(entry))


def stored():
    """Every file that is kept now."""
    places = [Path(storages["private"].path("")), Path(conf.MEDIA_ROOT)]
    return {os.path.join(folder, name) for place in places for folder, _sub, names in os.walk(place) for name in names}


@pytest.mark.parametrize("way", WAYS)
def test_no_hostile_file_is_taken_and_nothing_kept_says_where_it_was_made(way, world, request):
    post, who, takes = WAYS[way]
    client, before, wrong = Client(raise_request_exception=True), stored(), []
    client.force_login(world.get(who) or request.getfixturevalue(who))
    for name, (_content, sort) in corpus().items():
        taken = post(client, world, name)
        if taken is not (sort in takes):
            wrong.append((name, sort, taken))
    assert wrong == []
    for path in stored() - before:
        data = Path(path).read_bytes()
        assert not [word for one in everything_in(data) for word in POSITION if word in one], path
        assert data


def test_every_form_with_a_file_is_tried_here():
    found = set()
    root = Path(conf.BASE_DIR)
    for app in ("portal", "media", "locations", "studios", "services", "bookings", "cms"):
        for module in (root / app).rglob("*.py"):
            if "migrations" in module.parts or "models" in module.parts or module.name == "models.py":
                continue
            text = module.read_text()
            if re.search(r"forms\.(?:File|Image)Field\(|UploadField\(|PictureField\(|request\.FILES", text):
                found.add(str(module.relative_to(root)))
    assert found == {
        "cms/events/views/door.py",  # read and not kept: the next test
        "media/forms.py", "portal/core/uploads/fields.py", "portal/payments/forms.py", "portal/payments/views/paying.py",
        "services/directory/forms.py", "services/directory/views/own.py", "services/directory/views/review.py",
    }  # fmt: skip


def examined(content, name):
    with contextlib.suppress(ValidationError):
        pictures.examine(SimpleUploadedFile(name, content), name)


def read_at_the_door(content, name):
    with contextlib.suppress(tickets.UnreadablePicture):
        tickets.read_picture(content)


def cpu_of(look, content, name):
    begin = time.process_time()
    look(content, name)
    return time.process_time() - begin


@pytest.mark.parametrize("look", [examined, read_at_the_door])
def test_no_picture_costs_more_than_a_few_ordinary_ones(look):
    """An ordinary one: 24 megapixels from a camera. Measured together, so that a busy machine slows both."""
    ordinary = max(cpu_of(look, jpeg(6000, 4000), "a.jpg") for _twice in range(2))
    costs = {
        name: cpu_of(look, content, name)
        for name, (content, sort) in corpus().items()
        if sort in {PICTURE, REFUSED} and not name.endswith(".pdf")
    }
    assert {name: cost for name, cost in costs.items() if cost > 3 * ordinary} == {}


def test_a_document_of_an_office_with_a_picture_in_it_is_taken(client, gao):
    client.force_login(gao)
    word = archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "word/media/a.jpg": jpeg()})
    answer = client.post(reverse("wagtaildocs:add"), {"title": "x", "file": SimpleUploadedFile("a.docx", word)})
    assert answer.status_code == 302
