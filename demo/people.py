"""Demo people and companies (api.md, demo people). Names and codes are invented; check digits are right."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from wagtail.users.models import UserProfile

from portal.accounts.credit_code import check_digit
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.rules import DIRECTOR, EDITOR, LOT_FINANCE, STAGE_MANAGER

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


def load() -> dict[str, User]:
    """Make the demo people with their companies and groups, once. Returns them by short name."""
    companies = {}
    for key, (name, seventeen, address) in COMPANIES.items():
        code = seventeen.replace("O", "0")
        companies[key], _made = Organisation.objects.get_or_create(
            credit_code=code + check_digit(code), defaults={"name": name, "address": address, "invoice_title": name}
        )
    people = {}
    for short, (name, company, role, group) in PEOPLE.items():
        people[short] = _person(short, name, group)
        if company:
            Membership.objects.get_or_create(
                user=people[short], organisation=companies[company], defaults={"role": role}
            )
    return people


def _person(short: str, name: str, group: str) -> User:
    email = f"{short}@demo.example"
    person = User.objects.filter(email=email).first()
    if person is None:
        extra = {"is_staff": True, "is_superuser": True} if group == "superuser" else {}
        person = User.objects.create_user(email, PASSWORD, name=name, **extra)
    if group and group != "superuser":
        person.groups.add(Group.objects.get_or_create(name=group)[0])
    if group:
        UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": "zh-hans"})
    EmailAddress.objects.get_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    return person
