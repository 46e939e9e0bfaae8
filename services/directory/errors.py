"""What the directory refuses."""

from portal.core.errors import RuleViolation


class VendorIncomplete(RuleViolation):
    """An entry lacks what a check needs."""

    code = "vendor_incomplete"


class WrongState(RuleViolation):
    """The entry is not in a state that allows this step."""

    code = "wrong_state"


class LooksLikeAnother(RuleViolation):
    """There are entries with a similar name or the same phone; `found` holds them."""

    code = "looks_like_another"


class ChecksMissing(RuleViolation):
    """Something has not been checked yet, or did not pass."""

    code = "checks_missing"


class NotAvailable(RuleViolation):
    """Nobody stands behind this entry who could be written to."""

    code = "not_available"


class TooManyMessages(RuleViolation):
    """Too many messages from one sender."""

    code = "too_many"
    status = 429


class LinkUnusable(RuleViolation):
    """A signed link is old, used or not ours."""

    code = "link_unusable"


class UnreadableSheet(RuleViolation):
    """The file is no sheet that can be imported."""

    code = "unreadable_sheet"


class AlreadyImported(RuleViolation):
    """The same file is being imported or was imported before."""

    code = "already_imported"
