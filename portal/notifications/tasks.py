from django_tasks import task

from .actions import deliver_mail as deliver, send_notice_mail


@task()
def send_mail(notice_id: int) -> None:
    """Send one notice by mail."""
    send_notice_mail(notice_id)


@task()
def deliver_mail(mail_id: int) -> None:
    """Hand one queued mail to the mail server."""
    deliver(mail_id)
