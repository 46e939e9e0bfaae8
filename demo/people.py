"""Demo people and companies (the table of README.md). Names and codes are invented; check digits are right."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.users.models import UserProfile

from portal.accounts.credit_code import check_digit
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.rules import DIRECTOR, EDITOR, LOT_FINANCE, STAGE_MANAGER

from . import marks

PASSWORD = "guangying-demo"  # noqa: S105 - published with the demo content, refused where data is real

COMPANIES = {
    "a": ("江雾影业（示例）", "91500118DEM0A0001", "重庆市永川区示例路 1 号"),
    "b": ("北岸制片（示例）", "91500118DEM0B0002", "重庆市渝中区示例路 2 号"),
    "c": ("云梯影像（示例）", "91500118DEM0C0003", "成都市示例路 3 号"),
    "d": ("山城动画（示例）", "91500118DEM0D0004", "重庆市永川区示例路 4 号"),
}
PEOPLE = {
    "lin": ("林岚", "a", "owner", ""),
    "bo": ("柏宁", "a", "member", ""),
    "zhao": ("赵川", "b", "owner", ""),
    "he": ("何云", "c", "owner", ""),
    "tang": ("唐一", "d", "owner", ""),
    "mei": ("梅工", "", "", STAGE_MANAGER),
    "gao": ("高导", "", "", EDITOR),
    "director": ("沈主编", "", "", DIRECTOR),
    "fang": ("方会计", "", "", LOT_FINANCE),
    "wei": ("韦师傅", "", "", ""),
    "admin": ("管理员", "", "", "superuser"),
}


@transaction.atomic
def load() -> dict[str, User]:
    """Make the demo people with their companies and groups, once. Returns them by short name.

    Who was changed stays so, in name, address, company and groups; who was deleted is made again, since the other
    parts act in their name.
    """
    companies = {key: _company(key) for key in COMPANIES}
    return {short: _person(short, companies) for short in PEOPLE}


def _company(key: str) -> Organisation:
    name, seventeen, address = COMPANIES[key]
    first = seventeen.replace("O", "0")
    code = first + check_digit(first)
    return marks.always(
        f"company:{key}",
        Organisation,
        find=lambda: Organisation.objects.filter(credit_code=code).first(),
        make=lambda: Organisation.objects.create(credit_code=code, name=name, address=address, invoice_title=name),
    )


def _person(short: str, companies: dict[str, Organisation]) -> User:
    email = f"{short}@demo.example"

    def make() -> User:
        name, company, role, group = PEOPLE[short]
        extra = {"is_staff": True, "is_superuser": True} if group == "superuser" else {}
        person = User.objects.create_user(email, PASSWORD, name=name, **extra)
        if group and group != "superuser":
            person.groups.add(Group.objects.get_or_create(name=group)[0])
        if group:
            UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": "zh-hans"})
        if company:
            Membership.objects.create(user=person, organisation=companies[company], role=role)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        return person

    return marks.always(f"person:{short}", User, find=lambda: User.objects.filter(email=email).first(), make=make)
