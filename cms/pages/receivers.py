"""Listeners to Wagtail's signals: the search's copy of pages, copies for the press, notices of the workflow."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction, TaskState, WorkflowState
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from portal.accounts.models import User

from . import actions
from .models import PressKitPage


def connect() -> None:
    """Listen. Called from `ready()`, which for this app comes before Wagtail's admin.

    The uids of the workflow's signals are those under which Wagtail's admin would connect its own mails later: the
    first to come stays, so people get one notice in their language, from the queue, and no second mail.
    """
    page_published.connect(page_changed, dispatch_uid="pages.published")
    page_unpublished.connect(page_changed, dispatch_uid="pages.unpublished")
    page_slug_changed.connect(page_changed, dispatch_uid="pages.slug_changed")
    post_page_move.connect(page_moved, dispatch_uid="pages.moved")
    pre_delete.connect(page_goes, sender=Page, dispatch_uid="pages.goes")
    post_delete.connect(page_gone, sender=Page, dispatch_uid="pages.gone")
    post_delete.connect(kit_gone, sender=PressKitPage, dispatch_uid="pages.kit_gone")
    post_save.connect(lock_changed, sender=PageViewRestriction, dispatch_uid="pages.locked")
    post_delete.connect(lock_changed, sender=PageViewRestriction, dispatch_uid="pages.unlocked")
    task_submitted.connect(
        page_submitted, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
    )
    workflow_submitted.connect(
        nothing_to_tell, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification"
    )
    workflow_approved.connect(
        page_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification"
    )
    workflow_rejected.connect(
        page_returned, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification"
    )


def page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page went out, came down or has another address."""
    actions.restage(instance)
    if isinstance(instance, PressKitPage):
        actions.ask_for_copies()


def page_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page stands elsewhere, perhaps behind a lock."""
    actions.restage_below(instance)


def page_goes(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page is about to be deleted."""
    actions.unstage(instance)


def page_gone(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page is deleted; its other languages are left.

    Its locks were deleted a moment before it, and without them it looked like a page for everybody: said again that it is gone.
    """
    actions.unstage(instance)
    actions.restage_left(instance)


def kit_gone(sender: type[PressKitPage], **kwargs: Any) -> None:
    """A press kit is deleted: nobody needs its copies."""
    actions.ask_for_copies()


def lock_changed(sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any) -> None:
    """A part of the tree was locked or unlocked."""
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        actions.restage_below(page)


def page_submitted(sender: type[TaskState], instance: TaskState, **kwargs: Any) -> None:
    """A page waits for those who approve."""
    state, task = instance.workflow_state, instance.task.specific
    page = state.content_object
    if isinstance(page, Page) and hasattr(task, "groups"):
        reviewers = User.objects.filter(groups__in=task.groups.all(), is_active=True).distinct()
        actions.tell_reviewers(
            page=page, reviewers=reviewers, editor=state.requested_by, key=f"pages.submitted:{instance.pk}"
        )


def page_approved(sender: type[WorkflowState], instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """A page was approved: it is out, or goes out at its hour."""
    _tell_editor("pages.approved", instance, user)


def page_returned(sender: type[WorkflowState], instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """A page came back with a comment."""
    _tell_editor("pages.returned", instance, user)


def _tell_editor(event: str, state: WorkflowState, by: User | None) -> None:
    page, last = state.content_object, state.current_task_state
    if isinstance(page, Page):
        comment = last.specific.get_comment() if last else ""
        key = f"{event}:{last.pk if last else state.pk}"
        actions.tell_editor(event=event, page=page, editor=state.requested_by, by=by, key=key, comment=comment)


def nothing_to_tell(sender: type[WorkflowState], **kwargs: Any) -> None:
    """Its task tells those who approve already."""
