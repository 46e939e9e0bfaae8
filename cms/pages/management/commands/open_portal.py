"""`manage.py open_portal`: what a new portal needs before anybody can work on it. Safe to repeat."""

import getpass
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cms.pages.skeleton import make_skeleton, set_site
from portal.accounts.models import User
from portal.accounts.rules import LOT_GROUPS

PASSWORD = "PORTAL_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = (
        "Make the first administrator, the site, the lot's groups and the pages others link to, in both languages; then "
        f"print what is left to do. The password is asked for, or read from {PASSWORD}."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", default="", help="address of the first administrator")
        parser.add_argument("--name", default="", help="how the administrator is called")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database lacks migrations. First: manage.py migrate")
        address = urlsplit(settings.PORTAL_BASE_URL)
        if not address.hostname:
            raise CommandError("Set PORTAL_BASE_URL, for example https://film.example.")
        admin = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        wanted = options["email"].strip().lower()
        password = self.checked(wanted, options["name"]) if admin is None else ""
        with transaction.atomic():
            if admin is None:
                name = options["name"] or wanted.partition("@")[0]
                admin = User.objects.create_superuser(wanted, password, name=name)
                self.line("made", f"administrator {admin.email}")
            else:
                self.line("there", f"administrator {admin.email}")
            # The address is vouched for by who types this: a second factor is only given to a confirmed one.
            EmailAddress.objects.filter(user=admin).exclude(email__iexact=admin.email).update(primary=False)
            EmailAddress.objects.update_or_create(
                user=admin, email=admin.email, defaults={"verified": True, "primary": True}
            )
            new = [name for name in LOT_GROUPS if Group.objects.get_or_create(name=name)[1]]
            self.line("made" if new else "there", f"groups {', '.join(LOT_GROUPS)}")
            pages = make_skeleton(admin)
            self.line("made" if pages else "there", f"pages {' '.join(pages) or 'in both languages'}")
            port = address.port or (443 if address.scheme == "https" else 80)
            moved = set_site(address.hostname, port)
            self.line("made" if moved else "there", f"site {settings.PORTAL_BASE_URL}")
        self.list_what_is_left(admin)

    def checked(self, email: str, name: str) -> str:
        """Return a password that holds. Raises `CommandError` for an address or a password that does not."""
        try:
            validate_email(email)
        except ValidationError as exc:
            raise CommandError("Name the first administrator: manage.py open_portal you@film.example") from exc
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError(f"{email} is somebody's already, who is no administrator. Name another address.")
        password = os.environ.get(PASSWORD, "") or getpass.getpass("Password of the administrator: ")
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as exc:
            raise CommandError(" ".join(exc.messages)) from exc
        return password

    def list_what_is_left(self, admin: User) -> None:
        """Print the checklist: what stands, and what only the operator can do."""
        static = Path(settings.STATIC_ROOT) / "staticfiles.json"
        https = settings.PORTAL_BASE_URL.startswith("https://")
        factor = Authenticator.objects.filter(user=admin).exists()
        self.line("ok" if https else "to do", f"address {settings.PORTAL_BASE_URL} (PORTAL_BASE_URL), by https")
        self.line("ok" if static.exists() else "to do", "static files: manage.py collectstatic --noinput")
        self.line("ok" if settings.ICP_NUMBER else "to do", "filing number of the footer (ICP_NUMBER)")
        self.line("ok" if settings.STRIPE_SECRET_KEY else "maybe", "cards, Alipay, WeChat Pay (STRIPE_SECRET_KEY)")
        self.line("ok" if factor else "to do", f"second step of {admin.email}: sign in and set it up at /accounts/2fa/")
        self.line("to do", f"mail: manage.py sendtestemail {admin.email}")
        self.line("to do", "processes: web, worker-default, worker-media, tick (deploy/portal@.service); then /readyz")
        self.line("to do", "people of the lot into their groups: /admin/users/; stages, places and prices: /admin/")
        self.line("to do", "back-up of the database and of PORTAL_VAR (docs/runbook.md)")
        self.stdout.flush()

    def line(self, state: str, what: str) -> None:
        """Print one line of the list."""
        self.stdout.write(f"  [{state:^5}] {what}")
