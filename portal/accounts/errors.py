from portal.core.errors import RuleViolation


class LastOwner(RuleViolation):
    """A company keeps at least one owner."""

    code = "last_owner"


class InvitationUnusable(RuleViolation):
    """The invitation is used, too old, or for another address."""

    code = "invitation_unusable"


class AlreadyMember(RuleViolation):
    """The person is a member already."""

    code = "already_member"
