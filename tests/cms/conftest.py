"""The sample pages, drawn with one picture."""

import io
from collections import defaultdict

import pytest
from django.db import transaction
from PIL import Image

from cms.pages.models import HomePage
from demo import pages
from media.actions import add_picture, make_renditions
from media.models import PortalImage
from portal.accounts.models import User
from portal.accounts.rules import EDITOR
from portal.search.models import SearchSequence, new_lineage
from tests.conftest import person


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """Editor, picture and home pages as ids, written once for the tests of a module: the pages take seconds.

    They stand in a transaction around those of the tests, which ends with the module and leaves nothing.
    """
    outer = transaction.atomic()
    outer._from_testcase = True  # as Django marks its own: what waits for the outermost commit takes no notice of it
    with django_db_blocker.unblock(), outer:
        gao = person("gao@demo.example", "高导", group=EDITOR)
        out = io.BytesIO()
        Image.new("RGB", (1200, 800), (90, 120, 150)).save(out, "JPEG")
        picture = add_picture(
            file=out, name="a.jpg", title="索道", subject_zh="索道", subject_en="Cableway", credit="Ada", actor=gao
        )
        make_renditions(picture.pk)
        homes = pages.load(defaultdict(lambda: picture), gao)
        yield gao.pk, picture.pk, {language: home.pk for language, home in homes.items()}
        transaction.set_rollback(True)


@pytest.fixture
def gao(written, db):
    """The lot's editor, who wrote the pages."""
    return User.objects.get(pk=written[0])


@pytest.fixture
def shown(written, db):
    return PortalImage.objects.get(pk=written[1])


@pytest.fixture
def tree(written, db):
    """Home pages by language, with everything below. The search index is of another test's past, and made anew."""
    SearchSequence.objects.update(lineage=new_lineage())
    return {language: HomePage.objects.get(pk=pk) for language, pk in written[2].items()}
