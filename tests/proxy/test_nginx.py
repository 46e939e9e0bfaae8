"""Behind the nginx of `deploy/nginx.conf`: each visitor has limits of their own, whatever headers they write."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.accounts.signing_in import confirm_address
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def local(text, *, port, application, var):
    """Return the shipped configuration for a port of loopback, without TLS, in front of `application`."""
    text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"^\s*(ssl_|http2|brotli|listen 80|listen \[).*\n", "", text, flags=re.M)
    text = text.replace("127.0.0.1:8000", application).replace("/srv/portal/var", str(var))
    user = "user root;" if os.geteuid() == 0 else ""  # nobody else may enter the suite's folder
    return (
        f"{user} daemon off; pid {var}/nginx.pid; error_log {var}/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {var}/body; proxy_temp_path {var}/proxy;\n"
        f"fastcgi_temp_path {var}/f; uwsgi_temp_path {var}/u; scgi_temp_path {var}/s;\n{text}\n}}\n"
    )


@pytest.fixture
def front(live_server, settings, tmp_path):
    """The address of a real nginx in front of the portal."""
    if not Path(NGINX).exists():
        if os.environ.get("CI"):
            raise AssertionError("CI installs nginx")
        pytest.skip("nginx is missing (Debian: apt-get install nginx)")
    settings.TRUSTED_PROXY_COUNT = 1
    settings.ALLOWED_HOSTS = ["*"]
    port = free_port()
    tmp_path.chmod(0o755)
    conf = tmp_path / "nginx.conf"
    conf.write_text(local(CONF.read_text(), port=port, application=urlsplit(live_server.url).netloc, var=tmp_path))
    server = subprocess.Popen([NGINX, "-c", str(conf)], stderr=subprocess.PIPE)
    try:
        for _try in range(100):
            if server.poll() is not None:
                raise AssertionError(server.stderr.read().decode())
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield ("127.0.0.1", port)
    finally:
        server.terminate()
        server.wait()


class Visitor:
    """A browser at an address of loopback, with cookies."""

    def __init__(self, front, address, forwarded=""):
        self.front, self.address, self.forwarded, self.cookies = front, address, forwarded, {}

    def ask(self, method, path, data=None):
        wire = http.client.HTTPConnection(*self.front, source_address=(self.address, 0), timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.forwarded:
            headers["X-Forwarded-For"] = self.forwarded
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        wire.request(method, path, urlencode(data) if data else None, headers)
        answer = wire.getresponse()
        body = answer.read().decode()
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        wire.close()
        return answer.status, body

    def sign_in(self, email, password):
        _status, page = self.ask("GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        data = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        return self.ask("POST", "/accounts/login/", data)[0]


@pytest.mark.parametrize("forwarded", ["", "192.0.2.200"])
def test_two_visitors_behind_nginx_have_limits_of_their_own(front, lin, zhao, forwarded):
    confirm_address(lin)
    confirm_address(zhao)
    for number in range(12):  # the limit of an address is ten a minute
        forged = f"192.0.2.{number}" if forwarded else ""
        Visitor(front, "127.0.0.2", forged).sign_in(f"nobody-{number}@demo.example", "wrong")
    assert Visitor(front, "127.0.0.2", forwarded).sign_in(lin.email, PASSWORD) != 302
    assert Visitor(front, "127.0.0.3").sign_in(zhao.email, PASSWORD) == 302


def test_a_head_on_a_kept_connection_leaves_it_clean(front):
    wire = http.client.HTTPConnection(*front, timeout=20)
    for _turn in range(3):
        wire.request("HEAD", "/healthz")
        answer = wire.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        wire.request("GET", "/healthz")
        answer = wire.getresponse()
        assert (answer.status, answer.read()) == (200, b"ok\n")
