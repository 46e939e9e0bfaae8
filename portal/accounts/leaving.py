"""What upper apps do when somebody leaves a company, registered from `ready()`: taking back what they could keep."""

from collections.abc import Callable

from .models import Organisation

Step = Callable[[Organisation], object]
_steps: list[Step] = []


def register_leaving_step(step: Step) -> None:
    """Have `step(organisation)` called in the transaction that ends a membership. A step registers once."""
    if step not in _steps:
        _steps.append(step)


def run_steps(organisation: Organisation) -> None:
    """Call every registered step, in order of registration."""
    for step in _steps:
        step(organisation)
