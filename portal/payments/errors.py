from portal.core.errors import RuleViolation


class NothingDue(RuleViolation):
    """The amount is paid, waived or not expected any more."""

    code = "nothing_due"


class WrongAmount(RuleViolation):
    """The amount is above what is due, or not above zero."""

    code = "wrong_amount"
    status = 422
