from django_tasks import task

from .actions import send_invitation_mail


@task()
def send_invitation(invitation_id: int, language: str) -> None:
    """Mail the link of an invitation."""
    send_invitation_mail(invitation_id, language)
