"""Web and worker killed between "pay" and "paid": no money is lost or doubled, the booking ends as if nothing happened.

Three moments on a laptop, ten in CI; `MONEY_KILLS=50` for the full size.
"""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from http.client import HTTPException

import pytest
from django.conf import settings

from bookings import bench
from tests.bookings.test_processes import database as database, manage, one_path, stubborn, web_workers

pytestmark = pytest.mark.race
KILLS = int(os.environ.get("MONEY_KILLS", "10" if os.environ.get("CI") else "3"))
TIDY = (
    "from datetime import timedelta; from django.utils import timezone; from django_tasks_db.models import DBTaskResult as T;"
    "T.objects.filter(status='RUNNING').update(started_at=timezone.now() - timedelta(hours=1));"
    "T.objects.filter(status='FAILED').update(finished_at=timezone.now() - timedelta(hours=1));"
    "from portal.tasks.models import Pulse; Pulse.objects.all().delete();"
    "from portal.tasks.retry import requeue_stuck; requeue_stuck(); requeue_stuck();"
    "from portal.payments.actions import sweep; sweep(now=timezone.now() + timedelta(minutes=5))"
)
COUNT = (
    "import json; from portal.payments.models import *; from bookings.models import Booking;"
    "print(json.dumps({'received': Payment.objects.filter(state='succeeded').count(), 'payments': Payment.objects.count(),"
    "'confirmed': Booking.objects.filter(state='confirmed').count(), 'refunds': Refund.objects.count(),"
    "'posted': LedgerTransaction.objects.filter(kind='payment').count()}))"
)


@pytest.mark.long
def test_killing_web_and_worker_between_pay_and_paid_loses_and_doubles_nothing(database):
    with bench.scratch_server(database=database, processes=1) as (port, env):
        ready = json.loads(manage(env, "bench_holds", "--prepare", "--clients", "1").stdout.splitlines()[-1])
        assert manage(env, "collectstatic", "--noinput", "-v0").returncode == 0  # the payment page is a page
        token, resources = ready["tokens"][0], ready["resources"]
        worker = start_worker(env)
        try:
            for number in range(KILLS):
                booking = one_path(port, token, resources[number // 50], number % 50)
                victims = [*web_workers(port), worker.pid]
                timer = threading.Timer(0.03 * (number % 12), kill, [victims])
                timer.start()
                pay(port, token, booking, number)
                timer.join()
                worker.wait(10)
                worker = start_worker(env)
        finally:
            worker.kill()
            worker.wait(10)
        for _round in range(3):
            assert manage(env, "shell", "-v0", "-c", TIDY).returncode == 0
            assert manage(env, "db_worker", "--no-startup-delay", "--batch", "--queue-name", "*").returncode == 0
        found = json.loads(manage(env, "shell", "-v0", "-c", COUNT).stdout.splitlines()[-1])
        assert found == {
            "received": KILLS, "payments": KILLS, "confirmed": KILLS, "refunds": 0, "posted": KILLS,
        }  # fmt: skip
        for command in ("check_ledger", "check_bookings"):
            checked = manage(env, command)
            assert checked.returncode == 0, checked.stderr


def start_worker(env):
    """A worker that runs until it is killed."""
    command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--queue-name", "*"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stderr=subprocess.DEVNULL)


def kill(victims):
    for pid in victims:
        os.kill(pid, signal.SIGKILL)


def pay(port, token, booking, number):
    """Begin the payment, pay on the test provider's page, and come back, however often something dies on the way."""
    due = next(one for one in booking["payments"] if one["kind"] == "earnest_money")
    body = {"schedule": due["schedule"], "provider": "fake"}
    path = f"/bookings/{booking['reference']}/payments"
    for _try in range(40):
        status, payment = stubborn(port, token, "POST", path, body, key=f"pay-{number}")
        if status == 201:
            break
        time.sleep(0.2)
    assert status == 201, payment
    for _try in range(40):
        if "paid" in press_pay(f"http://127.0.0.1:{port}{payment['checkout_url']}"):
            return
        time.sleep(0.2)
    raise AssertionError("the payer could not pay")


def press_pay(url):
    """Press the button of the payment page; `paid` where the page is over, which is what the payer sees afterwards."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    try:
        page = browser.open(url, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if 'value="pay"' not in page:
            return "paid"
        form = {"csrfmiddlewaretoken": token[1], "what": "pay", "method": "card"}
        browser.addheaders = [("Referer", url)]
        browser.open(url, urllib.parse.urlencode(form).encode(), timeout=20)
    except (OSError, HTTPException):  # a killed server may leave half an answer
        return "died"
    return "pressed"
