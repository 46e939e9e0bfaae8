"""`manage.py serve`: the same as `python -m portal.serve`, which starts sooner since it loads no Django."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import serve


class Command(BaseCommand):
    help = "Serve the portal on this machine: web, two workers and the clocks, supervised."

    def add_arguments(self, parser: CommandParser) -> None:
        serve.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serve.run(options["host"], serve.port_number(str(options["port"])), check=options["check"])
        except serve.Refused as exc:
            raise CommandError(str(exc)) from exc
