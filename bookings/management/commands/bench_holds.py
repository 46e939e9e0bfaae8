"""`manage.py bench_holds --clients N`: the whole path over HTTP on a scratch database; JSON lines."""

import json
import os
import subprocess
import sys
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookings import bench
from bookings.models import DayAllocation
from portal.accounts.actions import create_organisation, create_token
from portal.accounts.models import User
from studios.models import BookingPolicy, Rate, RateCard, Resource, Stage, Unit


class Command(BaseCommand):
    help = "Race clients for the same days over HTTP, on a server and database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clients", type=int, default=8)
        parser.add_argument("--rounds", type=int, default=20)
        parser.add_argument("--database", default="", help="DATABASE_URL of an empty scratch database; SQLite without")
        parser.add_argument("--prepare", action="store_true", help="fill the scratch database (called by itself)")
        parser.add_argument(
            "--overlaps", action="store_true", help="count overlaps and broken invariants (called by itself)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prepare"]:
            self.stdout.write(json.dumps(prepare(options["clients"])))
            return
        if options["overlaps"]:
            self.stdout.write(json.dumps(overlaps()))
            return
        with bench.scratch_server(database=options["database"]) as (port, env):
            ready = self.inside(env, "--prepare", "--clients", str(options["clients"]))
            outcome = bench.race(port, ready["tokens"], ready["resources"], options["rounds"])
            found = self.inside(env, "--overlaps")
        self.stdout.write(json.dumps(outcome.line(options["clients"], found["overlaps"])))
        if found["overlaps"] or found["broken"] or outcome.server_errors or outcome.firm.count(1) != outcome.rounds:
            raise CommandError(f"the race was not clean: {found}")

    def inside(self, env: dict[str, str], *words: str) -> Any:
        """Run this command once more, on the scratch database."""
        command = [sys.executable, "manage.py", "bench_holds", *words]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=settings.BASE_DIR, env=os.environ | env, check=True, capture_output=True, text=True
        )
        return json.loads(done.stdout.strip().splitlines()[-1])


def prepare(clients: int) -> dict[str, Any]:
    """Make stages to fight over and companies that fight, each with a token."""
    policy = BookingPolicy.objects.create(name_zh="压测", name_en="Bench", holds_per_company=500)
    resources = []
    for number in range(1, 5):
        stage = Stage.objects.create(
            slug=f"bench-{number}", kind="standard", name_zh=f"压测{number}", name_en=f"Bench {number}", published=True
        )
        resource = Resource.objects.create(
            stage=stage, kind="standard", name_zh=stage.name_zh, name_en=stage.name_en, policy=policy
        )
        Unit.objects.create(resource=resource, index=1, name="1")
        card = RateCard.objects.create(resource=resource, valid_from=date(2020, 1, 1))
        Rate.objects.create(card=card, day_type="shoot", price_fen=1_000_000)
        resources.append(resource.pk)
    tokens = []
    for number in range(clients):
        person = User.objects.create_user(f"bench-{number}@bench.example", None, name=f"Bench {number}")
        create_organisation(actor=person, name=f"Bench company {number}")
        tokens.append(create_token(actor=person, name="bench", can_write=True)[1])
    return {"tokens": tokens, "resources": resources}


def overlaps() -> dict[str, Any]:
    """Count days that more than one firm booking wants, and the broken invariants."""
    from bookings.checks import broken_invariants
    from bookings.models import BookingLine
    from bookings.rules import OWNS_DAYS

    seen: set[tuple[int, date]] = set()
    twice = 0
    for line in BookingLine.objects.filter(booking__state__in=OWNS_DAYS):
        for day in line.days:
            twice += (line.resource_id, day) in seen
            seen.add((line.resource_id, day))
    return {"overlaps": twice, "rows": DayAllocation.objects.count(), "broken": broken_invariants()}
