"""The drills: one line each, with what visitors saw and what was lost. See `run`."""

import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

from . import place
from .mail_server import MailServer

TROUBLE_S = 12
SHORT = ("smtp-down", "smtp-hung", "postgres-stopped", "postgres-gone", "redis-hung", "disk-full")
begun = time.monotonic()


def free_port() -> int:
    """Return a port of loopback that nobody holds."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Drills:
    """Every drill is a method; each returns its line and whether nothing was lost."""

    def __init__(self, var: Path, front: tuple[str, int], mail: MailServer) -> None:
        from .visitors import Crowd, signed_in

        self.var, self.front, self.mail = var, front, mail
        self.people = people()
        self.crowd = Crowd(front, signed_in(front, "lin@drill.example", "127.0.0.9"), list(self.people["forgetful"]))

    @contextmanager
    def trouble(self, begin: Callable[[], Any], end: Callable[[], Any]) -> Iterator[dict[str, Any]]:
        """Let the crowd come before, during and after; what it saw stands in the dictionary afterwards."""
        found: dict[str, Any] = {"mails": mails()}
        with self.crowd:
            time.sleep(3)
            since = time.monotonic()
            begin()
            time.sleep(TROUBLE_S)
            end()
            until = time.monotonic()
            yield found
            time.sleep(6)
        found["saw"] = self.crowd.words(since, until)
        found["back"] = self.crowd.back_after(until)
        found["taken"] = self.crowd.counted(302)
        found["written"] = mails() - found["mails"]

    def mail_server(self, mode: str) -> tuple[str, bool]:
        already = len(self.mail.arrived)
        with self.trouble(lambda: self.mail.be(mode), lambda: None) as found:
            pass
        self.mail.be("up")
        late = place.wait_for(lambda: len(self.mail.arrived) - already >= found["taken"], 300, "the mail")
        line = f"{found['saw']} | {found['taken']} mails promised, all there {late:.0f} s after it was up again"
        return line, len(self.mail.arrived) - already >= found["taken"]

    def smtp_down(self) -> tuple[str, bool]:
        return self.mail_server("down")

    def smtp_hung(self) -> tuple[str, bool]:
        return self.mail_server("hung")

    def told(self, found: dict[str, Any]) -> tuple[str, bool]:
        lost = found["taken"] - found["written"]
        line = f"{found['saw']} | everybody served {found['back']:.1f} s after it was back; {found['taken']} mails promised, {max(lost, 0)} lost"
        return line, lost <= 0 and found["back"] < 60

    def postgres_stopped(self) -> tuple[str, bool]:
        stopped: list[int] = []

        def stop() -> None:
            stopped.extend(place.postgres_processes())
            place.send(stopped, SIGSTOP)

        with self.trouble(stop, lambda: place.send(stopped, SIGCONT)) as found:
            pass
        return self.told(found)

    def postgres_gone(self) -> tuple[str, bool]:
        def go() -> None:
            place.server("postgres", "down", place.POSTGRES_PORT)

        with self.trouble(go, lambda: place.server("postgres", "up", place.POSTGRES_PORT)) as found:
            pass
        return self.told(found)

    def redis_hung(self) -> tuple[str, bool]:
        """Limits stay: an address that fails to sign in twelve times is not let in with the right password."""
        from tests.conftest import PASSWORD

        from .visitors import Visitor

        stopped = place.redis_processes()
        status: list[int] = []

        def hang() -> None:
            place.send(stopped, SIGSTOP)
            for number in range(12):
                Visitor(self.front, "127.0.0.77").sign_in(f"nobody-{number}@drill.example", "wrong")
            status.append(Visitor(self.front, "127.0.0.77").sign_in("zhao@drill.example", PASSWORD))

        with self.trouble(hang, lambda: place.send(stopped, SIGCONT)) as found:
            pass
        line, kept = self.told(found)
        limited = status[0] != 302
        return f"{line}; limit of tries {'kept' if limited else 'LOST'} ({status[0]})", kept and limited

    def disk_full(self) -> tuple[str, bool]:
        """A picture is sent while the disk of the files is full, and again when it is not."""
        disks = [self.var / "media", self.var / "private"]
        if not all(place.small_disk(disk, 16) for disk in disks):
            for disk in disks:
                place.take_off(disk)
            return "left out: only root may mount a small disk", True
        try:
            answers: list[tuple[int, str]] = []

            def fill() -> None:
                for disk in disks:
                    subprocess.run(["dd", "if=/dev/zero", f"of={disk}/filler"], capture_output=True, check=False)
                answers.append(self.send_picture())

            def make_room() -> None:
                files.extend(str(path) for disk in disks for path in disk.rglob("*") if path.is_file())
                for disk in disks:
                    (disk / "filler").unlink()

            files: list[str] = []
            with self.trouble(fill, make_room) as found:
                answers.append(self.send_picture())
            line, kept = self.told(found)
            left = [name for name in files if not name.endswith("filler")]
            (refused, why), (taken, _) = answers
            line += f"; a picture: {refused} “{why}”, {len(left)} cut files left; with room again {taken}"
            return line, kept and refused == 507 and not left and taken == 302
        finally:
            for disk in disks:
                place.take_off(disk)

    def send_picture(self) -> tuple[int, str]:
        """Send a picture as a vendor. Returns the status and the words of refusal."""
        import http.client

        from django.urls import reverse

        from tests.load.hostile_images import jpeg

        from .visitors import signed_in

        vendor = signed_in(self.front, "wei@drill.example", "127.0.0.10")
        path = reverse("directory:step", args=[self.people["vendor"], "works"])
        _status, page = vendor.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        fields = {"csrfmiddlewaretoken": token, "what": "picture", "subject": "x", "credit": "y", "may_show": "on"}
        mark = uuid.uuid4().hex
        body = "".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ).encode()
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        body += head.encode() + jpeg(2400, 1600) + f"\r\n--{mark}--\r\n".encode()
        wire = http.client.HTTPConnection(*self.front, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in vendor.cookies.items())
        wire.request("POST", path, body, {"Cookie": cookies, "Content-Type": f"multipart/form-data; boundary={mark}"})
        answer = wire.getresponse()
        text = answer.read().decode()
        found = re.search(r"<h1[^>]*>\s*([^<]+?)\s*</h1>", text)
        return answer.status, found[1] if found else ""

    def long(self) -> tuple[str, bool]:
        """Twenty deaths by four tasks (each is begun five times), and a task of ten minutes in the other queue."""
        from django.db import close_old_connections
        from django_tasks.base import TaskResultStatus
        from django_tasks_db.models import DBTaskResult

        from . import tasks

        tasks.BOOK.unlink(missing_ok=True)
        already, mails_before = len(self.mail.arrived), mails()
        rows = [tasks.kill_the_worker.enqueue(number).id for number in range(4)]
        long = tasks.take_long.enqueue(600).id
        begin = time.monotonic()

        def over() -> bool:
            close_old_connections()
            states = set(DBTaskResult.objects.filter(pk__in=[*rows, long]).values_list("status", flat=True))
            return states <= {TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL} and time.monotonic() - begin > 600

        with self.crowd:
            self.crowd_slowly()
            place.wait_for(over, 1200, "the end of all tasks")
            until = time.monotonic()
            promised = self.crowd.counted(302)
            saw = self.crowd.words(begin, until)
        late = place.wait_for(lambda: len(self.mail.arrived) - already >= promised, 120, "the mail")
        book = tasks.BOOK.read_text().split("\n")
        deaths = sum(line.startswith("killed") for line in book)
        given_up = DBTaskResult.objects.filter(pk__in=rows, status=TaskResultStatus.FAILED).count()
        line = (
            f"{saw} | {deaths} deaths, {given_up} of 4 tasks given up and listed; {promised} mails promised, "
            f"{mails() - mails_before} written, all sent {late:.0f} s after the end; the task of ten minutes was begun "
            f"{book.count('begun')} ×, ended {book.count('done')} ×"
        )
        return line, (deaths, given_up, book.count("begun"), book.count("done")) == (20, 4, 1, 1)

    def crowd_slowly(self) -> None:
        """Let people come every two seconds in a long drill."""
        from . import visitors

        visitors.PAUSE_S = 2


def mails() -> int:
    """Return how many mails were ever written."""
    from django.db import connection

    from portal.notifications.models import OutgoingMail

    connection.close()  # the server was away meanwhile
    return OutgoingMail.objects.count()


def people() -> dict[str, Any]:
    """Make a stage, members, a vendor and sixty people who forget their password."""
    from portal.accounts.models import Organisation
    from portal.accounts.rules import STAGE_MANAGER
    from tests.accounts.signing_in import confirm_address
    from tests.conftest import person
    from tests.factories.directory import verified
    from tests.factories.studios import make_resource

    make_resource()
    forgetful = [person(f"visitor-{number}@drill.example", "访客") for number in range(60)]
    company = Organisation.objects.create(name="演练公司", invoice_title="演练公司")
    wei = person("wei@drill.example", "魏师傅", company=company)
    known = [
        *forgetful, wei, person("lin@drill.example", "林岚", company=Organisation.objects.create(name="江雾")),
        person("zhao@drill.example", "赵川"),
    ]  # fmt: skip
    for one in known:
        confirm_address(one)
    vendor = verified(wei, company, person("mei@drill.example", "梅工", group=STAGE_MANAGER))
    return {"forgetful": [one.email for one in forgetful], "vendor": vendor.slug}


def say(line: str) -> None:
    """Print a line at once."""
    print(f"{line} ({time.monotonic() - begun:.0f} s)", flush=True)  # noqa: T201 - what the drills are for


def main(names: list[str]) -> int:
    """Run the drills named. Returns 1 where something was lost."""
    if unknown := set(names) - {*SHORT, "long"}:
        sys.exit(f"no such drill: {', '.join(sorted(unknown))}; there are {', '.join((*SHORT, 'long'))}")
    var = Path(tempfile.mkdtemp(prefix="portal-drills-"))
    var.chmod(0o755)
    ports = {"mail": free_port(), "front": free_port(), "web": free_port()}
    web = front = None
    failed = False
    try:
        place.prepare(var, ports)
        place.manage("migrate", "-v0")
        place.manage("collectstatic", "--noinput", "-v0")
        place.manage("open_portal", "chief@drill.example")
        import django

        django.setup()
        mail = MailServer(ports["mail"])
        mail.be("up")
        web = place.serve(var, ports["web"])
        front = place.nginx(var, ports["front"], ports["web"])
        drills = Drills(var, ("127.0.0.1", ports["front"]), mail)
        say("a portal as in production stands behind nginx")
        for name in names or SHORT:
            try:
                line, kept = getattr(drills, name.replace("-", "_"))()
            except TimeoutError as exc:
                line, kept = str(exc), False
            failed = failed or not kept
            say(f"{'ok  ' if kept else 'FAIL'} {name} | {line}")
    finally:
        place.end(front)
        place.end(web)
        for name, port in (("redis", place.REDIS_PORT), ("postgres", place.POSTGRES_PORT)):
            place.server(name, "down", port)
        if os.environ.get("KEEP"):
            say(f"kept: {var}")
        else:
            place.remove(var)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
