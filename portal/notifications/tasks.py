from django_tasks import task

from .actions import send_notice_mail


@task()
def send_mail(notice_id: int) -> None:
    """Send one notice by mail."""
    send_notice_mail(notice_id)
