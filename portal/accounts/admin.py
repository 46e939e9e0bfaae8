"""The desk of the queue: mail and tasks that were given up, and a clock that nobody believes, each with its way on.

And one's own settings of the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, NameEmailSettingsPanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.notifications import actions
from portal.notifications.models import OutgoingMail
from portal.tasks import clock
from portal.tasks.retry import given_up
from portal.ui.templatetags.ui import moment

from .rules import may

SHOWN = 100
SAID = "mail and tasks"  # the context of this page's words


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of the page. Each row has its cells, the first of them its name, and the key that `button` sends as `field`."""

    title: str
    note: str
    heads: tuple[str, ...]
    rows: list[tuple[list[str], str]]
    field: str = ""
    button: str = ""

    def lines(self) -> list[tuple[list[tuple[str, str]], str]]:
        """Return the rows, each cell with its head."""
        return [(list(zip(self.heads, cells, strict=True)), key) for cells, key in self.rows]


def dead_mail(found: Iterable[OutgoingMail]) -> Listing:
    """Return mail that was given up, to be sent again."""
    return Listing(
        _("Mail that was given up"),
        _("Tried for two days, or refused for good. The content is kept until it is sent."),
        (
            pgettext(SAID, "Subject"),
            pgettext(SAID, "To"),
            pgettext(SAID, "Written"),
            pgettext(SAID, "Tries"),
            pgettext(SAID, "Last answer"),
        ),
        [
            ([one.subject, one.recipients, moment(one.created_at), str(one.tries), one.last_error], str(one.pk))
            for one in found
        ],
        "mail",
        _("Send it again"),
    )


def waiting_mail(found: Iterable[OutgoingMail]) -> Listing:
    """Return mail that is on its way."""
    now = pgettext(SAID, "now")
    return Listing(
        _("Mail on its way"),
        "",
        (
            pgettext(SAID, "Subject"),
            pgettext(SAID, "To"),
            pgettext(SAID, "Written"),
            pgettext(SAID, "Tries"),
            pgettext(SAID, "Next try"),
            pgettext(SAID, "Last answer"),
        ),
        [
            (
                [
                    one.subject,
                    one.recipients,
                    moment(one.created_at),
                    str(one.tries),
                    moment(one.next_try_at) if one.next_try_at else now,
                    one.last_error,
                ],
                str(one.pk),
            )
            for one in found
        ],
    )


def dead_tasks(found: Iterable[Any]) -> Listing:
    """Return tasks that were given up, to be tried again."""
    return Listing(
        _("Tasks that were given up"),
        _("Failed five times, or ended the process that worked on them five times."),
        (
            pgettext(SAID, "Task"),
            pgettext(SAID, "Queued"),
            pgettext(SAID, "Given up"),
            pgettext(SAID, "Because"),
        ),
        [
            ([one.task_path, moment(one.enqueued_at), moment(one.finished_at), one.exception_class_path], str(one.pk))
            for one in found
        ],
        "task",
        _("Try it again"),
    )


class QueueView(WagtailAdminTemplateMixin, TemplateView):
    """What did not leave or was not done, newest first."""

    page_title = gettext_lazy("Mail and tasks")
    header_icon = "mail"
    template_name = "accounts/admin/queue.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who may mend the queue."""
        if not may(request.user, "accounts.mend_queue"):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here, this page last."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows: five queries."""
        state = OutgoingMail.State
        return {
            **super().get_context_data(**kwargs),
            "listings": [
                dead_mail(OutgoingMail.objects.filter(state=state.DEAD)[:SHOWN]),
                waiting_mail(OutgoingMail.objects.filter(state__in=[state.WAITING, state.SENDING])[:SHOWN]),
                dead_tasks(given_up()[:SHOWN]),
            ],
            "doubt": clock.doubt(),
            "jumped": clock.jumped(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a mail again, try a task again, or believe the clock."""
        actor: Any = request.user
        mail, task = request.POST.get("mail", ""), request.POST.get("task", "")
        if mail.isascii() and mail.isdigit() and len(mail) < 19:
            done = actions.send_again(actor=actor, mail_id=int(mail)) is not None
        elif task:
            done = is_uuid(task) and actions.task_again(actor=actor, task_id=UUID(task))
        else:
            done = "clock" in request.POST
            if done:
                actions.believe_clock(actor=actor)
        if done:
            messages.success(request, _("Done: it goes on within a minute."))
        else:
            messages.error(request, _("It is not on this list any more."))
        return redirect(reverse("queue_desk"))


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class QueueMenuItem(MenuItem):
    """Shown to those who may mend the queue."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, "accounts.mend_queue")


class DeskAccountView(AccountView):
    """One's settings of the desk: picture, language, colours.

    Wagtail asks here for a first and a last name, which nobody has in this portal, and takes another address without
    a word to it. Both are changed on the account pages.
    """

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


def account_pages(request: HttpRequest) -> dict[str, str]:
    """Return where one's name, address and password are changed, as Wagtail's account page shows it."""
    return {
        "url": reverse("accounts:home"),
        "label": _("Your account"),
        "help_text": _("Name, phone, e-mail address, password and second factor"),
    }
