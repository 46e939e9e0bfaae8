from portal.core.errors import RuleViolation


class LocationIncomplete(RuleViolation):
    """A place cannot be shown before it has what a scout needs."""

    code = "location_incomplete"
