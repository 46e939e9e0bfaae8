"""Limits on tries: by the address that is really there, and also while Redis hangs."""

import os
import signal
import subprocess
import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.models import Membership, User
from portal.core.caching import BreakingRedisCache
from portal.core.rest import client_address
from tests.accounts.signing_in import confirm_address
from tests.conftest import PASSWORD

HIDDEN = "guangying-neu-7"


def seen_from(address, forwarded=None, proxies=0, settings=None):
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "expected"),
    [
        ("198.51.100.7", None, 0, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", 0, "198.51.100.7"),  # without proxies the header is anybody's
        ("127.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),  # what came with the request stands left
        ("127.0.0.1", "10.0.0.1, 203.0.113.9, 10.1.1.1", 2, "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9", 2, "127.0.0.1"),  # fewer entries than proxies: nobody wrote it
        ("127.0.0.1", "", 1, "127.0.0.1"),
        ("127.0.0.1", "<script>", 1, "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("127.0.0.1", "2001:db8:1:2:ffff::1", 1, "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", None, 0, "198.51.100.7"),
    ],
)
def test_the_address_is_read_once_and_right(address, forwarded, proxies, expected, settings):
    assert seen_from(address, forwarded, proxies, settings) == expected


def wrong(client, email, times, **headers):
    for number in range(times):
        client.post(reverse("account_login"), {"login": email, "password": f"no-{number}"}, **headers)


def gets_in(client, email, **headers):
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD}, **headers)
    return "_auth_user_id" in client.session


def test_behind_a_proxy_one_visitors_tries_do_not_lock_out_another(lin, zhao, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    confirm_address(zhao)
    confirm_address(lin)
    for number in range(4):  # eleven tries at several accounts: the limit of the address, not of one account
        wrong(Client(), f"nobody-{number}@demo.example", 3, HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert not gets_in(Client(), lin.email, HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert gets_in(Client(), zhao.email, HTTP_X_FORWARDED_FOR="203.0.113.2")


def test_a_forged_header_buys_no_new_tries(lin, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    confirm_address(lin)
    for number in range(12):
        wrong(Client(), f"n{number}@demo.example", 1, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.1")
    assert not gets_in(Client(), lin.email, HTTP_X_FORWARDED_FOR="192.0.2.99, 203.0.113.1")


def test_five_wrong_passwords_of_one_account_lock_it_for_strangers_from_everywhere(lin, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    confirm_address(lin)
    for number in range(6):
        wrong(Client(), lin.email, 1, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert not gets_in(Client(), lin.email, HTTP_X_FORWARDED_FOR="203.0.113.99")


@pytest.fixture
def hung_redis():
    """A Redis of our own that takes connections and answers nothing."""
    if not os.environ.get("REDIS_URL"):
        pytest.skip("needs redis-server: tests/servers/redis up, REDIS_URL")
    server = subprocess.Popen(
        ["redis-server", "--port", "63811", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _try in range(50):
            if subprocess.run(["redis-cli", "-p", "63811", "ping"], capture_output=True, check=False).returncode == 0:
                break
        server.send_signal(signal.SIGSTOP)
        yield "redis://127.0.0.1:63811/0"
    finally:
        server.send_signal(signal.SIGCONT)
        server.kill()
        server.wait()


def redis_cache(url):
    BreakingRedisCache._open_until = 0.0
    found = BreakingRedisCache(url, {"OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}})
    found._memory.clear()
    return found


def test_with_redis_gone_this_process_counts_on_its_own():
    away = redis_cache("redis://127.0.0.1:9/0")
    assert away.get("tries", []) == []
    away.set("tries", [1, 2], 60)
    assert away.get("tries", []) == [1, 2]
    assert away.add("lock", True, timeout=10)
    assert not away.add("lock", True, timeout=10)
    assert away.add("minute", 1)
    assert away.incr("minute") == 2


@pytest.mark.server
def test_with_redis_hung_this_process_counts_on_its_own(hung_redis):
    away = redis_cache(hung_redis)
    away.set("tries", [1], 60)
    assert away.get("tries") == [1]


@pytest.mark.parametrize("limited", [True, False])
def test_sign_in_keeps_its_limit_while_redis_is_away(lin, monkeypatch, limited):
    away = redis_cache("redis://127.0.0.1:9/0")
    if not limited:  # the naive control: a cache that answers "not there" forgets every try
        monkeypatch.setattr(type(away), "_guard", lambda self, name, *args, **kw: {"get": []}.get(name, True))
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", away)
    confirm_address(lin)
    client = Client()
    wrong(client, lin.email, 12)
    assert gets_in(client, lin.email) is not limited


def together(count, work):
    """Run `work(number)` in threads at once; return what they returned or raised."""
    start, answers = threading.Barrier(count), [None] * count

    def run(number):
        start.wait()
        try:
            answers[number] = work(number)
        except Exception as exc:  # noqa: BLE001 - the test looks at whatever was raised
            answers[number] = exc
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_sign_ups_with_one_address_at_once_make_one_person(settings):
    settings.ACCOUNT_RATE_LIMITS = False

    def sign_up(number):
        data = {"name": "闻笛", "email": "new@demo.example", "password1": HIDDEN}
        return Client(raise_request_exception=False).post(reverse("account_signup"), data).status_code

    assert set(together(5, sign_up)) == {302}
    assert User.objects.filter(email="new@demo.example").count() == 1
    assert EmailAddress.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_five_times_at_once_joins_once(lin, company_a, zhao):
    invitation = actions.invite(actor=lin, organisation=company_a, email=zhao.email, role="member")
    secret = actions.invitation_secret(invitation.nonce)

    def press(number):
        client = Client(raise_request_exception=False)
        client.force_login(zhao)
        return client.post(reverse("accounts:accept_invitation", args=[secret])).status_code

    assert set(together(5, press)) == {302}
    assert Membership.objects.filter(user=zhao, organisation=company_a).count() == 1


def test_an_invitations_secret_stands_in_no_table(lin, company_a):
    from django_tasks import task_backends
    from django_tasks.backends.dummy import DummyBackend

    backend = task_backends["default"]
    assert isinstance(backend, DummyBackend)
    backend.clear()
    invitation = actions.invite(actor=lin, organisation=company_a, email="neu@demo.example", role="member")
    secret = actions.invitation_secret(invitation.nonce)
    queued = [str(result.args) + str(result.kwargs) for result in backend.results]
    assert any(str(invitation.pk) in text for text in queued)
    assert not any(secret in text for text in queued)
    assert secret not in str(invitation.__dict__)
