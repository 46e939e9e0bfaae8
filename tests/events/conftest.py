import pytest

from tests.factories.events import make_edition, make_hall, make_session


@pytest.fixture
def edition(db):
    return make_edition()


@pytest.fixture
def hall(db):
    return make_hall()


@pytest.fixture
def screening(gao, edition, hall):
    """An announced session with ten seats."""
    return make_session(gao, edition, hall, capacity=10)
