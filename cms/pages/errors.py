from portal.core.errors import RuleViolation


class PersonHasWritten(RuleViolation):
    """Articles name the person."""

    code = "person_has_written"
