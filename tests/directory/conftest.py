import pytest
from django_tasks import default_task_backend

from portal.accounts.models import Organisation
from tests.conftest import person
from tests.factories.directory import submitted, verified

OURS = "services.directory.tasks"


@pytest.fixture
def company_w(db):
    return Organisation.objects.create(name="云门衣库（示例）", invoice_title="云门衣库（示例）")


@pytest.fixture
def wei(company_w):
    """The vendor, owner of its company."""
    return person("wei@demo.example", "魏师傅", company=company_w)


@pytest.fixture
def vendor(wei, company_w, mei):
    """A verified entry of Wei's."""
    return verified(wei, company_w, mei, name_zh="云门衣库", name_en="Cloudgate Wardrobe")


@pytest.fixture
def waiting(wei, company_w):
    """An entry of Wei's that the lot has not looked at."""
    return submitted(wei, company_w, name_zh="还没核验的一家", name_en="Not Looked At Yet")


@pytest.fixture
def work():
    """Do what the directory has queued, and what that queues, as the worker would. Returns how much that was."""
    default_task_backend.clear()

    def run() -> int:
        done = 0
        while waiting := [one for one in default_task_backend.results if one.task.module_path.startswith(OURS)]:
            default_task_backend.clear()
            for one in waiting:
                one.task.func(*one.args, **one.kwargs)
                done += 1
        return done

    return run
