"""Types of requests behind sign-in."""

from django.http import HttpRequest

from .models import Organisation, User


class MemberRequest(HttpRequest):
    """A request of a signed-in person; `organisation` is the company they act for, if any."""

    user: User
    organisation: Organisation | None
    id: str
    htmx: bool
