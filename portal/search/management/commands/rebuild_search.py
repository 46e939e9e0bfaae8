import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.search import consumer
from portal.search.actions import restage
from portal.search.engine import EngineAway, EngineBusy, SearchEngine
from portal.search.engines import all_engines
from portal.search.models import SearchDocument
from portal.search.spec import SearchSpec, specs


class Command(BaseCommand):
    help = (
        "Make the search index anew from the records, beside the old one, then swap. Shows how far it is; stopped and "
        "started again it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="one kind only")
        parser.add_argument("--engine", help="one engine only: tantivy or elasticsearch")
        parser.add_argument("--no-restage", action="store_true", help="trust the outbox, do not read the records")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {spec.kind: spec for spec in specs()}
        kinds = [options["kind"]] if options["kind"] else list(chosen)
        engines = [one for one in all_engines() if options["engine"] in {None, one.name}]
        if set(kinds) - set(chosen):
            raise CommandError(f"--kind is one of {', '.join(chosen)}")
        if not engines:
            raise CommandError(f"--engine is one of {', '.join(one.name for one in all_engines())}")
        for kind in kinds:
            if not options["no_restage"]:
                total = chosen[kind].records().count()
                changed = restage(kind, self._teller(f"{kind}: records", total))
                self.stdout.write(f"{kind}: {total} records read, {changed} differed from the outbox")
            for engine in engines:
                self._rebuild(engine, chosen[kind])

    def _rebuild(self, engine: SearchEngine, spec: SearchSpec) -> None:
        total, began = SearchDocument.objects.filter(kind=spec.kind).count(), time.monotonic()
        try:
            count = consumer.rebuild(engine, spec.kind, self._teller(f"{spec.kind}: {engine.name}", total))
        except EngineBusy as problem:
            raise CommandError(f"{spec.kind}: another process is rebuilding {engine.name}") from problem
        except EngineAway as problem:
            raise CommandError(f"{spec.kind}: {engine.name} is away: {problem}; start again to go on") from problem
        self.stdout.write(f"{spec.kind}: {count} documents in {engine.name}, {time.monotonic() - began:.1f} s")

    def _teller(self, what: str, total: int) -> Any:
        last = [0.0]

        def tell(done: int) -> None:
            if time.monotonic() - last[0] > 1.0:
                last[0] = time.monotonic()
                self.stdout.write(f"{what} {done} of {total}, {min(100, 100 * done // max(total, 1))} %")

        return tell
