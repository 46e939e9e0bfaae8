"""Work outside the request."""

from django_tasks import task

from portal.core.storage import written_files

from . import actions


@task()
def ask_sender(inquiry_id: int) -> None:
    """Ask the sender of a message to confirm the address typed."""
    actions.ask_sender(inquiry_id)


@task()
def forward_inquiry(inquiry_id: int) -> None:
    """Mail a message on, and a copy to its sender."""
    actions.forward_inquiry(inquiry_id)


@task()
def read_sheet(run_id: int) -> None:
    """Read a sheet that was sent in."""
    with written_files():
        actions.read_sheet(run_id=run_id)


@task()
def import_piece(run_id: int, begin: int) -> None:
    """Work on the next rows of a sheet."""
    actions.import_piece(run_id=run_id, begin=begin)
