"""`manage.py bench_statements --rows N`: a statement tried out and imported on a scratch database; JSON lines."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.accounts.models import User
from portal.core import sheets
from portal.payments import actions
from portal.payments.models import StatementRow

HEADER = ("交易日期", "贷方发生额", "对方户名", "对方账号", "附言", "交易流水号")


class Command(BaseCommand):
    help = (
        "Read a generated bank statement (XLSX and CSV in GBK) and say how long it took and how much memory it needed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=50_000)
        parser.add_argument("--inside", default="", help="xlsx or csv, on the scratch database (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            self.stdout.write(json.dumps(measure(options["inside"], options["rows"])))
            return
        for form in ("xlsx", "csv"):
            with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
                env = os.environ | {"PORTAL_VAR": folder, "PORTAL_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
                for words in (
                    ["migrate", "-v0"],
                    ["bench_statements", "--inside", form, "--rows", str(options["rows"])],
                ):
                    subprocess.run(  # noqa: S603 - our own command
                        [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=env, check=True
                    )


def measure(form: str, rows: int) -> dict[str, Any]:
    """Try a file of `rows` credits out and import it; return seconds and the process's peak memory in MB."""
    fang = User.objects.create_superuser("bench@bench.example", None, name="Bench")
    bank = actions.save_format(actor=fang, name="Bench", columns={})
    day = timezone.localdate().isoformat()
    lines = (
        (
            day,
            f"{n % 90_000 + 1}.{n % 100:02d}",
            f"公司{n % 500}",
            f"6222{n:010d}",
            f"B-2026-{n % 9000:04d} 尾款",
            f"S{n:08d}",
        )
        for n in range(rows)
    )
    content = (
        sheets.as_xlsx(HEADER, lines)
        if form == "xlsx"
        else sheets.as_csv(HEADER, lines).decode("utf-8-sig").encode("gbk")
    )
    begin = time.monotonic()
    statement = actions.import_statement(actor=fang, format=bank, content=content, name=f"bench.{form}")
    actions.read_statement(statement.pk)
    tried = time.monotonic()
    statement.refresh_from_db()
    actions.confirm_import(actor=fang, statement=statement)
    actions.read_statement(statement.pk)
    return {
        "workload": "statement_import", "form": form, "rows": StatementRow.objects.count(),
        "try_out_s": round(tried - begin, 1), "import_s": round(time.monotonic() - tried, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
