"""`manage.py api_token EMAIL` prints a bearer token with both scopes, nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.actions import create_token
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Print a new API token (read and write) of a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        _token, secret = create_token(actor=person, name="manage.py api_token", can_write=True)
        self.stdout.write(secret)
