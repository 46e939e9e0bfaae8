"""Every write about people, companies, memberships and keys."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.tasks.queue import enqueue

from .errors import AlreadyMember, InvitationUnusable, LastOwner
from .leaving import run_steps
from .models import ApiToken, Invitation, Membership, Organisation, User
from .rules import require

INVITATION_LIFE = timedelta(days=14)


def hashed(secret: str) -> str:
    """Return the SHA-256 of a secret of our own making (long and random, so no salt is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_organisation(
    *, actor: User, name: str, credit_code: str | None = None, address: str = "", invoice_title: str = ""
) -> Organisation:
    """Register a company; who registers it owns it. Raises `ValidationError` for a wrong or taken credit code."""
    company = Organisation(
        name=name.strip(), credit_code=credit_code or None, address=address, invoice_title=invoice_title or name.strip()
    )
    company.full_clean()
    company.save()
    Membership.objects.create(organisation=company, user=actor, role=Membership.Role.OWNER)
    record("accounts.organisation_created", actor=actor, subject=company)
    return company


@transaction.atomic
def update_organisation(*, actor: User, organisation: Organisation, **fields: str | None) -> Organisation:
    """Change a company's data. Owners change all of it, its finance the invoice title and address only.

    Raises `PermissionDenied` and `ValidationError`.
    """
    invoice_only = set(fields) <= {"invoice_title", "address"}
    require(actor, "accounts.edit_invoice_data" if invoice_only else "accounts.manage", organisation)
    for field, value in fields.items():
        setattr(organisation, field, value or None if field == "credit_code" else value)
    organisation.full_clean()
    organisation.save(update_fields=list(fields))
    record("accounts.organisation_changed", actor=actor, subject=organisation, fields=sorted(fields))
    return organisation


def invitation_secret(nonce: str) -> str:
    """Return the secret of an invitation's link: made from its nonce and `SECRET_KEY`, so that no table holds it."""
    return salted_hmac("portal.accounts.invitation", nonce, algorithm="sha256").hexdigest()


@transaction.atomic
def invite(
    *, actor: User, organisation: Organisation, email: str, role: str, now: datetime | None = None
) -> Invitation:
    """Send an invitation link by mail. Raises `AlreadyMember` for somebody who belongs to the company."""
    require(actor, "accounts.manage", organisation)
    email = email.strip().lower()
    if organisation.memberships.filter(user__email=email).exists():
        raise AlreadyMember(_("This person belongs to the company already."), field="email")
    nonce = secrets.token_urlsafe(24)
    organisation.invitations.filter(email=email, accepted_at=None).delete()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        nonce=nonce,
        token_hash=hashed(invitation_secret(nonce)),
        invited_by=actor,
        expires_at=(now or timezone.now()) + INVITATION_LIFE,
    )
    invitation.full_clean()
    invitation.save()
    enqueue("portal.accounts.tasks.send_invitation", invitation.pk, translation.get_language() or "zh-hans")
    record("accounts.invited", actor=actor, subject=invitation, role=role)
    return invitation


def send_invitation_mail(invitation_id: int, language: str) -> None:
    """Mail the link of an invitation that is still open."""
    from django.conf import settings

    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id).first()
    if invitation is None or invitation.accepted_at:
        return
    with translation.override(language):
        names = {"person": invitation.invited_by, "company": invitation.organisation}
        subject = _("%(person)s invites you to join %(company)s") % names
        link = f"{settings.PORTAL_BASE_URL}/accounts/invitations/{invitation_secret(invitation.nonce)}/"
        body = _("Open this link within 14 days to join: %(link)s") % {"link": link}
    EmailMessage(" ".join(subject.split()), body, to=[invitation.email]).send()


@transaction.atomic
def accept_invitation(*, actor: User, secret: str, now: datetime | None = None) -> Membership:
    """Join the company of an invitation. Raises `InvitationUnusable` where it is used, old or somebody else's."""
    found = Invitation.objects.filter(token_hash=hashed(secret)).values_list("pk", flat=True)
    lock_rows(Invitation, list(found))  # a second press waits, and then finds the invitation used
    invitation = Invitation.objects.select_related("organisation").filter(token_hash=hashed(secret)).first()
    now = now or timezone.now()
    usable = invitation and not invitation.accepted_at and invitation.expires_at > now
    if not invitation or not usable or invitation.email != actor.email.lower():
        raise InvitationUnusable(_("This invitation cannot be used. Ask for a new one, sent to your own address."))
    if invitation.organisation.memberships.filter(user=actor).exists():
        raise AlreadyMember(_("You belong to this company already."))
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    member = Membership.objects.create(organisation=invitation.organisation, user=actor, role=invitation.role)
    record("accounts.joined", actor=actor, subject=member, role=member.role)
    return member


@transaction.atomic
def change_role(*, actor: User, membership: Membership, role: str) -> Membership:
    """Give a member another role. Raises `LastOwner` where nobody would own the company any more."""
    require(actor, "accounts.manage", membership.organisation)
    lock_rows(Organisation, [membership.organisation_id])
    _keep_an_owner(membership, leaving=role != Membership.Role.OWNER)
    before, membership.role = membership.role, role
    membership.full_clean()
    membership.save(update_fields=["role"])
    record("accounts.role_changed", actor=actor, subject=membership, before=before, after=role)
    return membership


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """End a membership, one's own too. Raises `LastOwner` where nobody would own the company any more."""
    if membership.user_id != actor.pk:
        require(actor, "accounts.manage", membership.organisation)
    lock_rows(Organisation, [membership.organisation_id])
    _keep_an_owner(membership, leaving=True)
    record("accounts.member_removed", actor=actor, subject=membership, role=membership.role)
    membership.delete()
    run_steps(membership.organisation)


def _keep_an_owner(membership: Membership, *, leaving: bool) -> None:
    others = Membership.objects.filter(organisation=membership.organisation, role=Membership.Role.OWNER)
    if leaving and membership.role == Membership.Role.OWNER and not others.exclude(pk=membership.pk).exists():
        raise LastOwner(_("A company needs an owner. Make somebody else owner first."))


@transaction.atomic
def create_token(
    *, actor: User, name: str, can_write: bool, days: int = 90, now: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key for programs that works for `days`. Returns it and its text, which is never seen again."""
    secret = f"gy_{secrets.token_urlsafe(32)}"
    expires_at = (now or timezone.now()) + timedelta(days=days)
    token = ApiToken(user=actor, name=name, token_hash=hashed(secret), can_write=can_write, expires_at=expires_at)
    token.full_clean()
    token.save()
    record("accounts.token_created", actor=actor, subject=token, can_write=can_write)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: User, token: ApiToken, now: datetime | None = None) -> None:
    """End a key of one's own. A second call changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = now or timezone.now()
        token.save(update_fields=["revoked_at"])
        record("accounts.token_revoked", actor=actor, subject=token)


@transaction.atomic
def end_tokens(*, owner: User, now: datetime | None = None) -> int:
    """End every key of a person whose password changed: who knew the old one may have made keys. Returns how many."""
    live = list(ApiToken.objects.filter(user=owner, revoked_at=None))
    ApiToken.objects.filter(pk__in=[token.pk for token in live]).update(revoked_at=now or timezone.now())
    for token in live:
        record("accounts.token_revoked", actor=owner, subject=token, because="password_changed")
    return len(live)


@transaction.atomic
def update_profile(*, actor: User, name: str, phone: str, language: str) -> User:
    """Change one's own name, phone and language. Raises `ValidationError`."""
    actor.name, actor.phone, actor.language = name, phone, language
    actor.full_clean(exclude=["password"])
    actor.save(update_fields=["name", "phone", "language"])
    record("accounts.profile_changed", actor=actor, subject=actor)
    return actor
