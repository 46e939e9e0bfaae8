"""Files over HTTP: renditions for everyone, originals and papers for the lot's people, nothing else."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media.actions import add_document, add_picture, delete_picture, make_renditions, set_rights
from media.models import PortalDocument, PortalImage
from portal.core.uploads.papers import check_paper
from tests.factories.files import pdf

from .conftest import jpeg_bytes

PDF = pdf()


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def test_a_rendition_is_public_and_never_changes(client, picture):
    make_renditions(picture.pk)
    rendition = picture.renditions.first()
    response = client.get(rendition.url)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"].startswith("image/")


@pytest.mark.parametrize(
    "path", ["../private/x.jpg", "pictures/../../x.jpg", "originals/x.jpg", "pictures/none.jpg", "pictures/x.html"]
)
def test_nothing_but_renditions_lies_under_media(client, db, path):
    default_storage.save("uploaded/x.jpg", io.BytesIO(b"x"))
    assert client.get(f"/media/{path}").status_code == 404
    assert client.get("/media/uploaded/x.jpg").status_code == 404


def test_a_stranger_finds_no_original(client, picture, zhao, gao):
    address = reverse("media:original", args=[picture.pk])
    assert client.get(address).status_code == 404
    client.force_login(zhao)
    assert client.get(address).status_code == 404
    client.force_login(gao)
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_stranger_finds_a_paper_only_where_it_is_public(client, zhao, gao):
    paper = add_document(file=io.BytesIO(PDF), name="报告.pdf", title="报告", actor=gao)
    client.force_login(zhao)
    assert client.get(paper.url).status_code == 404
    client.logout()
    assert client.get(paper.url).status_code == 404
    PortalDocument.objects.update(is_public=True)
    response = client.get(paper.url)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_only_the_lots_people_add_change_and_delete(zhao, picture):
    with pytest.raises(PermissionDenied):
        add_picture(file=io.BytesIO(jpeg_bytes()), name="a.jpg", title="x", actor=zhao)
    with pytest.raises(PermissionDenied):
        set_rights(image=picture, actor=zhao, credit="Zhao")
    with pytest.raises(PermissionDenied):
        delete_picture(image=picture, actor=zhao)
    assert PortalImage.objects.filter(credit="Ada Example").exists()


def test_a_stranger_sees_no_admin_of_pictures(client, zhao, picture):
    client.force_login(zhao)
    for name, args in (("wagtailimages:add", []), ("wagtailimages:edit", [picture.pk]), ("wagtaildocs:index", [])):
        assert client.get(reverse(name, args=args)).status_code in {302, 403}


def test_the_credits_name_author_licence_and_source(client, picture):
    make_renditions(picture.pk)
    page = client.get("/en/credits/").content.decode()
    assert "Ada Example" in page
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in page


GOOD = {
    "a.pdf": PDF,
    "a.csv": "名称,数\n棚,2\n".encode(),
    "a.txt": "说明".encode("gb18030"),
    "a.zip": packed(read_dot_txt="x"),
    "a.docx": packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
    "a.xlsx": packed(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"}),
}
BAD = {
    "empty.pdf": b"",
    "script.pdf": b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>\n%%EOF\n",
    "polyglot.pdf": b"<html><script>alert(1)</script>%PDF-1.4\n%%EOF",
    "page.html": b"<html></html>",
    "page.txt": b"hello <script>alert(1)</script>",
    "page.csv": b"<!DOCTYPE html><p>",
    "binary.txt": b"\0\1\2",
    "bomb.zip": packed(big_dot_txt=b"\0" * 60_000_000),
    "paths.zip": packed(**{"../../etc/x": "x"}),
    "program.zip": packed(**{"run.exe": "MZ"}),
    "not.docx": packed(read_dot_txt="x"),
    "macro.xlsx": packed(**{"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/vbaProject.bin": "x"}),
    "late.zip": b"<script>alert(1)</script>" + packed(read_dot_txt="x"),
}


@pytest.mark.parametrize("name", GOOD)
def test_papers_are_taken_by_content(name):
    assert check_paper(io.BytesIO(GOOD[name]), name) == GOOD[name]


@pytest.mark.parametrize("name", BAD)
def test_hostile_papers_are_refused(name):
    with pytest.raises(ValidationError):
        check_paper(io.BytesIO(BAD[name]), name)


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_the_admins_uploads_of_papers_answer_with_a_form_error(name, client, gao):
    content = {**GOOD, **BAD}[name]
    client.force_login(gao)
    single = client.post(reverse("wagtaildocs:add"), {"title": "x", "file": SimpleUploadedFile(name, content)})
    assert (single.status_code == 302) == (name in GOOD)
    assert single.status_code in {200, 302}
    many = client.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "x", "files[]": SimpleUploadedFile(name, content)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert many.json()["success"] == (name in GOOD)
    assert PortalDocument.objects.count() == (2 if name in GOOD else 0)
