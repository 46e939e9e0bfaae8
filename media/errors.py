"""What this app refuses."""

from portal.core.errors import RuleViolation


class PictureInUse(RuleViolation):
    """A page or a record still shows the picture."""

    code = "picture_in_use"
