"""Work outside the request."""

from django_tasks import task

from . import actions


@task()
def forward_inquiry(inquiry_id: int) -> None:
    """Mail a message on, and a copy to its sender."""
    actions.forward_inquiry(inquiry_id)


@task()
def import_piece(run_id: int, begin: int) -> None:
    """Work on the next rows of a sheet."""
    actions.import_piece(run_id=run_id, begin=begin)
