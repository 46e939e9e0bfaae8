"""The sample pages, drawn with one picture."""

from collections import defaultdict

import pytest

from cms.pages.models import HomePage
from demo import pages
from media.models import PortalImage
from portal.accounts.models import User
from portal.accounts.rules import EDITOR
from tests.conftest import person
from tests.factories.media import make_picture
from tests.module_data import kept_for_the_module, start_a_new_index


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """Editor, picture and home pages as ids."""
    with kept_for_the_module(django_db_blocker):
        gao = person("gao@demo.example", "高导", group=EDITOR)
        picture = make_picture(gao)
        homes = pages.load(defaultdict(lambda: picture), gao)
        yield gao.pk, picture.pk, {language: home.pk for language, home in homes.items()}


@pytest.fixture
def gao(written, db):
    """The lot's editor, who wrote the pages."""
    return User.objects.get(pk=written[0])


@pytest.fixture
def shown(written, db):
    return PortalImage.objects.get(pk=written[1])


@pytest.fixture
def tree(written, db):
    """Home pages by language, with everything below."""
    start_a_new_index()
    return {language: HomePage.objects.get(pk=pk) for language, pk in written[2].items()}
