from portal.core.errors import RuleViolation


class NothingDue(RuleViolation):
    """The amount is paid, waived or not expected any more."""

    code = "nothing_due"


class WrongAmount(RuleViolation):
    """The amount is above what is due, or not above zero."""

    code = "wrong_amount"
    status = 422


class TooMuchBack(RuleViolation):
    """More would be given back than was paid, or the rest is in dispute."""

    code = "refund_exceeds_payment"


class NotApproved(RuleViolation):
    """A second person has to approve first, or the step does not fit the refund's state."""

    code = "not_approved"


class BankDetailsMissing(RuleViolation):
    """Money cannot go back by bank transfer without an account."""

    code = "bank_details_missing"
    status = 422


class ProviderNotOffered(RuleViolation):
    """This way of paying is not offered here."""

    code = "provider_not_offered"
    status = 422


class ProviderDown(RuleViolation):
    """The provider does not answer, or asks us to come back later. The same call, with the same key, may work."""

    code = "provider_unavailable"
    status = 503


class ProviderRefused(RuleViolation):
    """The provider said no to a well-formed call."""

    code = "provider_refused"


class TooLateForCheckout(RuleViolation):
    """So little time is left that a checkout page would outlive the deadline."""

    code = "too_late_for_checkout"


class AlreadyDone(RuleViolation):
    """Somebody did this a moment ago, or it does not fit the state any more."""

    code = "already_done"


class UnreadableStatement(RuleViolation):
    """The file is no statement that we can read."""

    code = "unreadable_statement"
    status = 422


class NothingToInvoice(RuleViolation):
    """Nothing was paid yet, or all of it is on an invoice already."""

    code = "nothing_to_invoice"


class Forged(Exception):
    """A call that claims to come from a provider and does not, or is too old. `reason` is for the counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
