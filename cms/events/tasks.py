from django_tasks import task

from . import actions


@task()
def send_letter(letter_id: int) -> None:
    """Mail one letter to a visitor."""
    actions.send_letter(letter_id)
