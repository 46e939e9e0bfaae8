"""Work outside the request, named by its path so that actions need not import tasks.

`enqueue` is an INSERT in the caller's transaction: the work exists if and only if the deed does.
Every task may run twice while its effect happens once (docs/implementation/tasks.md).
"""

from typing import Any

from django.utils.module_loading import import_string
from django_tasks.base import Task


def enqueue(path: str, *args: Any, **kwargs: Any) -> None:
    """Queue the task at dotted `path`. Raises `ImportError` or `TypeError` where there is no such task."""
    task = import_string(path)
    if not isinstance(task, Task):
        raise TypeError(f"{path} is not a task")
    task.enqueue(*args, **kwargs)
