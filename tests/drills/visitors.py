"""People who go on using the portal during a drill, each in a thread, and what they saw."""

import collections
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.conftest import PASSWORD
from tests.proxy.test_nginx import Visitor

PAUSE_S = 0.3
STAGE = "/zh-hans/stages/led-1/"


@dataclass
class Seen:
    """One answer: when it was asked for, its status (a word where there was none), and the seconds it took."""

    at: float
    status: int | str
    took: float


@dataclass
class Crowd:
    """Four who come again and again: one for a page that many read, one for a page nobody has read, a member, and
    one who has forgotten a password (which writes a mail).
    """

    front: tuple[str, int]
    member: Visitor
    forgetful: list[str]
    seen: dict[str, list[Seen]] = field(default_factory=lambda: collections.defaultdict(list))
    stopping: threading.Event = field(default_factory=threading.Event)
    turn: int = 0

    def __enter__(self) -> "Crowd":
        self.stopping.clear()
        self.seen.clear()
        ways = {"read": self.read, "unread": self.unread, "member": self.account, "mail": self.forget}
        self.threads = [threading.Thread(target=self.again, args=pair, daemon=True) for pair in ways.items()]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(45)

    def again(self, name: str, ask: Any) -> None:
        while not self.stopping.wait(PAUSE_S):
            began = time.monotonic()
            try:
                status: int | str = ask()
            except OSError as exc:
                status = type(exc).__name__
            self.seen[name].append(Seen(began, status, time.monotonic() - began))

    def fresh(self) -> Visitor:
        """Return somebody with an address of their own, so that no limit of one address is met."""
        self.turn += 1
        return Visitor(self.front, f"127.{1 + self.turn // 60000}.{self.turn // 250 % 250}.{2 + self.turn % 250}")

    def read(self) -> int:
        return self.fresh().ask("GET", STAGE)[0]

    def unread(self) -> int:
        return self.fresh().ask("GET", f"{STAGE}?turn={self.turn}")[0]

    def account(self) -> int:
        return self.member.ask("GET", reverse("accounts:home"))[0]

    def forget(self) -> int:
        visitor, path = self.fresh(), reverse("account_reset_password")
        status, page = visitor.ask("GET", path)
        if status != 200:
            return status
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        self.forgetful.append(self.forgetful.pop(0))
        return visitor.ask("POST", path, {"email": self.forgetful[-1], "csrfmiddlewaretoken": token})[0]

    def counted(self, status: int, way: str = "mail") -> int:
        """Return how often a way was answered so."""
        return sum(one.status == status for one in self.seen[way])

    def words(self, begin: float, end: float) -> str:
        """Return what each saw from `begin` to `end`: how many of which status, and the slowest."""
        told = []
        for name in ("read", "unread", "member", "mail"):
            found = [one for one in self.seen[name] if one.at + one.took >= begin and one.at <= end]
            counts = collections.Counter(str(one.status) for one in found)
            slowest = max((one.took for one in found), default=0)
            told.append(
                f"{name} {' + '.join(f'{n} × {s}' for s, n in sorted(counts.items()))}, slowest {slowest:.1f} s"
            )
        return "; ".join(told)

    def back_after(self, end: float) -> float:
        """Return the seconds from `end` until everybody was served again."""
        firsts = []
        for name in ("read", "unread", "member", "mail"):
            good = [one.at + one.took for one in self.seen[name] if one.at > end and one.status in {200, 302}]
            firsts.append(min(good, default=end + 999) - end)
        return max(firsts)


def signed_in(front: tuple[str, int], email: str, address: str) -> Visitor:
    """Return somebody with a session. Raises `RuntimeError` where they are not let in."""
    visitor = Visitor(front, address)
    if (status := visitor.sign_in(email, PASSWORD)) != 302:
        raise RuntimeError(f"{email} is not let in: {status}")
    return visitor
