"""A portal of its own for the drills, as in production: PostgreSQL, Redis, `manage.py serve`, nginx in front, mail by SMTP."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTGRES_PORT, REDIS_PORT = 54371, 63871
SERVERS = Path(os.environ.get("SERVERS_HOME", "/var/tmp/portal-servers"))  # noqa: S108 - where tests/servers keep theirs


def server(name: str, action: str, port: int) -> str:
    """Call a script of `tests/servers` and return what it prints."""
    script = str(ROOT / "tests" / "servers" / name)
    return subprocess.run([script, action, str(port)], check=True, capture_output=True, text=True).stdout.strip()


def prepare(var: Path, ports: dict[str, int]) -> None:
    """Set this process's environment as every process of the portal has it."""
    database = server("postgres", "up", POSTGRES_PORT)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="portal.settings.production",
        PORTAL_VAR=str(var),
        SECRET_KEY="for-drills-only-" + "0" * 40,
        ALLOWED_HOSTS="127.0.0.1,localhost",
        PORTAL_DATABASE_URL=database.rpartition("/")[0] + "/drills",
        PORTAL_REDIS_URL=server("redis", "up", REDIS_PORT),
        MAIL_HOST="127.0.0.1", MAIL_PORT=str(ports["mail"]), MAIL_TLS="no",
        BEHIND_PROXY="yes", TLS_REDIRECT="no",
        PORTAL_BASE_URL=f"http://127.0.0.1:{ports['front']}",
        PORTAL_ADMIN_PASSWORD="eine-lange-Wendeltreppe-77",
    )  # fmt: skip
    sql = ["psql", "-q", "-h", "127.0.0.1", "-p", str(POSTGRES_PORT), "-U", "portal", "postgres", "-c"]
    for statement in ("DROP DATABASE IF EXISTS drills", "CREATE DATABASE drills"):
        subprocess.run([*sql, statement], check=True, capture_output=True)


def manage(*words: str) -> None:
    """Call manage.py. Raises `CalledProcessError`."""
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *words], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def serve(var: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the portal and return when it answers."""
    with (var / "serve.log").open("wb") as log:
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 120)
    return process


def nginx(var: Path, port: int, behind: int) -> subprocess.Popen[bytes]:
    """Start nginx with the shipped configuration."""
    from tests.proxy.test_nginx import CONF, NGINX, local

    folder = var / "nginx"
    folder.mkdir()
    text = local(CONF.read_text(), port=port, application=f"127.0.0.1:{behind}", var=folder)
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")])
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 20)
    return process


def answers(address: str) -> bool:
    """Return whether an address answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=3) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_for(done, seconds: float, what: str = "it") -> float:
    """Return the seconds until `done()` is true. Raises `TimeoutError`."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.2)
    return time.monotonic() - began


def postgres_processes() -> list[int]:
    """Return the processes of the drills' PostgreSQL, the postmaster first."""
    main = int((SERVERS / f"postgres-{POSTGRES_PORT}" / "postmaster.pid").read_text().splitlines()[0])
    return [main, *children(main)]


def redis_processes() -> list[int]:
    """Return the process of the drills' Redis."""
    command = ["redis-cli", "-p", str(REDIS_PORT), "info", "server"]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return [int(line.partition(":")[2]) for line in said.stdout.splitlines() if line.startswith("process_id:")]


def children(pid: int) -> list[int]:
    """Return the processes that one has started."""
    said = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in said.split()]


def send(pids: list[int], what: signal.Signals) -> None:
    """Send a signal to processes, as far as they still live."""
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue


def end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process that was started here."""
    if process and process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def small_disk(folder: Path, megabytes: int) -> bool:
    """Mount a small disk over a folder; only root may."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def take_off(folder: Path) -> None:
    """Unmount it."""
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def remove(var: Path) -> None:
    """Remove what the drills wrote."""
    shutil.rmtree(var, ignore_errors=True)
