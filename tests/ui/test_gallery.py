"""Every component appears in the gallery, which is the lot's alone."""

import re
from pathlib import Path

import portal.ui
from portal.ui.templatetags import ui as tags
from tests.conftest import PASSWORD

FOLDER = Path(portal.ui.__file__).parent / "templates" / "ui"
NOT_COMPONENTS = {"base", "page_narrow", "error", "error_500", "gallery", "account_nav", "api_docs"}
ALWAYS_THERE = {"stylesheets"}


def test_strangers_find_no_gallery(client, zhao):
    assert client.get("/ui/").status_code == 404
    client.login(email=zhao.email, password=PASSWORD)
    assert client.get("/ui/").status_code == 404


def test_the_lot_sees_every_component(client, mei):
    client.login(email=mei.email, password=PASSWORD)
    response = client.get("/ui/")
    assert response.status_code == 200
    for path in ("/ui/?language=en", "/ui/?page=2"):
        assert client.get(path).status_code == 200


def test_every_tag_and_filter_is_in_the_gallery():
    source = (FOLDER / "gallery.html").read_text(encoding="utf-8")
    used = set(re.findall(r"{%\s*(\w+)", source))
    missing = {name for name in tags.register.tags if name not in used | ALWAYS_THERE}
    missing |= {name for name in tags.register.filters if f"|{name}" not in source}
    assert not missing


def test_every_template_is_drawn_by_the_gallery(client, mei):
    client.login(email=mei.email, password=PASSWORD)
    drawn = {template.name for template in client.get("/ui/").templates}
    components = {path.stem for path in FOLDER.glob("*.html")} - NOT_COMPONENTS
    assert {f"ui/{name}.html" for name in components} <= drawn
