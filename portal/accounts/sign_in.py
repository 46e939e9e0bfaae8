"""What upper apps do when somebody signs in, registered from `ready()`: moving what a device kept into the account."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import User

Step = Callable[[HttpRequest, User, HttpResponse], None]
_steps: list[Step] = []


def register_sign_in_step(step: Step) -> None:
    """Have `step(request, user, response)` called after every sign-in. A step registers once."""
    if step not in _steps:
        _steps.append(step)


def run_steps(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Call every registered step, in order of registration."""
    for step in _steps:
        step(request, user, response)
