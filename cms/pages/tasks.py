from django.core.management import call_command
from django_tasks import task

from . import actions


def publish_scheduled() -> None:
    """Publish and take down what editors put on a clock."""
    call_command("publish_scheduled", verbosity=0)


@task()
def release_pictures() -> None:
    """Make the copies that published press kits need, and drop the others."""
    actions.release_pictures()
