"""How tests sign in as a person does, with and without a second factor. No fixtures here."""

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import reverse

from tests.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXP"  # of RFC 6238's shape; any base 32 does


def confirm_address(user):
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def through_the_door(client, user):
    """Type address and password at the one sign-in page."""
    confirm_address(user)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def own_factor(user):
    return TOTP.activate(user, SECRET)


def code(secret=SECRET):
    """Return the code of this half minute; codes used before are forgotten, as if half a minute had passed."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def through_both_doors(client, user):
    through_the_door(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    return client
