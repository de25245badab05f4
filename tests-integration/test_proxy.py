"""A compressing reverse proxy in front of the running system, and an uptime checker that asks through it."""

import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest
from harness.api import Api
from harness.nginx import nginx, nginx_with_certificate, with_web_sockets
from harness.office import Office
from harness.slow_application import SECONDS, slow_application

from trackline_local.system import System

MEGABYTES = 5
# The longest wait for something that comes at once, in seconds.
LONGEST = 60


@pytest.fixture(scope="module")
def address(system: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx(tmp_path_factory.mktemp("nginx"), system.port) as address:
        yield address


@pytest.fixture
def agent(address: str, office: Office) -> Iterator[Api]:
    """The agent of the office, who comes through the proxy."""
    with Api(address, office.agent.token) as api:
        yield api


@pytest.fixture
def path(office: Office) -> str:
    """A ticket that is long enough to be compressed."""
    long = {"tags": [f"{number:050}" for number in range(20)], "requester_id": office.requester.me["id"]}
    return f"/tickets/{office.agent.new_ticket('Behind the proxy', **long)['number']}"


def test_a_read_by_the_tag_that_the_proxy_has_changed_is_not_sent_again(agent: Api, path: str) -> None:
    first = agent.http.get(path)
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"] == 'W/"1"'
    again = agent.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = agent.http.get(path, headers={"If-None-Match": 'W/"2"'})
    assert other.status_code == 200


def test_a_write_by_the_tag_that_the_proxy_has_changed_is_checked(agent: Api, path: str) -> None:
    seen = agent.http.get(path).headers["ETag"]
    changed = agent.http.patch(path, json={"urgency": 1}, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text
    stale = agent.http.patch(path, json={"urgency": 2}, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    either = agent.http.patch(path, json={"urgency": 2}, headers={"If-Match": f"{seen}, {changed.headers['ETag']}"})
    assert either.status_code == 200, either.text


def test_an_office_behind_one_address_may_follow_and_work(system: System, office: Office, tmp_path: Path) -> None:
    with (
        nginx(tmp_path, system.port, lambda site: site.replace("trackline 100", "trackline 2")) as address,
        ExitStack() as open_,
    ):
        for who in (office.agent, office.agent, office.requester):
            api = open_.enter_context(Api(address, who.token))
            answer = open_.enter_context(api.http.stream("GET", "/stream", timeout=LONGEST))
            assert answer.status_code == 200
        assert api.http.get("/tickets").status_code == 200


def test_the_files_of_a_page_may_be_asked_for_at_once(tmp_path: Path) -> None:
    with (
        slow_application() as port,
        nginx(tmp_path, port, lambda site: site.replace("trackline 100", "trackline 2")) as address,
        ThreadPoolExecutor(20) as pool,
    ):
        asked = list(pool.map(lambda path: httpx.get(f"{address}{path}").status_code, ["/static/a.js"] * 20))
        assert asked == [200] * 20
        assert 503 in pool.map(lambda path: httpx.get(f"{address}{path}").status_code, ["/desk"] * 20)


def test_live_events_come_at_once(agent: Api, path: str, office: Office) -> None:
    came = threading.Event()

    def follow() -> None:
        with agent.http.stream("GET", "/stream", headers={"Accept-Encoding": "gzip"}, timeout=LONGEST) as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            ready.set()
            for line in answer.iter_lines():
                if line.startswith("event: ticket"):
                    came.set()
                    return

    ready = threading.Event()
    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert ready.wait(LONGEST)
    office.requester.comment(path.removeprefix("/tickets/"), "It is slow again.")
    assert came.wait(LONGEST)
    thread.join(LONGEST)


def test_a_file_goes_up_and_comes_down_whole(agent: Api) -> None:
    data = os.urandom(MEGABYTES * 1_000_000)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(data), 100_000):
            yield data[start : start + 100_000]

    headers = {"Content-Type": "application/octet-stream"}
    stored = agent.http.post("/files", params={"name": "Übersicht.bin"}, content=pieces(), headers=headers)
    assert stored.status_code == 201, stored.text
    path = f"/files/{stored.json()['id']}"
    answer = agent.http.get(path)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(data).digest()
    assert answer.headers["Content-Length"] == str(len(data))
    assert 'filename="Ubersicht.bin"' in answer.headers["Content-Disposition"]
    head = agent.http.head(path)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(data)))


def test_a_text_is_not_compressed_twice_or_cut(agent: Api) -> None:
    text = ("Line with ümlauts\n" * 20_000).encode()
    stored = agent.http.post("/files", params={"name": "a.log"}, content=text).json()
    assert agent.http.get(f"/files/{stored['id']}").content == text


def test_the_proxy_refuses_nothing_that_the_gateway_takes(agent: Api) -> None:
    answer = agent.http.post("/files", params={"name": "large.bin"}, content=bytes(20_000_000))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/", "/sign-in", "/openapi.json", "/api/v1/tickets"])
def test_an_uptime_checker_that_sends_head(address: str, path: str) -> None:
    head = httpx.head(f"{address}{path}")
    assert (head.status_code, head.content) == (httpx.get(f"{address}{path}").status_code, b"")


def test_the_head_of_a_stream_ends(agent: Api) -> None:
    assert agent.http.head("/stream").status_code == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_asks_for_the_head(address: str) -> None:
    command = ["curl", "--silent", "--show-error", "--fail", "--head", "--max-time", str(LONGEST), f"{address}/readyz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "HTTP/1.1 200 OK")


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_wget_looks_without_loading(address: str) -> None:
    command = ["wget", "--quiet", "--spider", "--tries=1", f"--timeout={LONGEST}", f"{address}/readyz"]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.fixture(scope="module")
def shared(system: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy that passes on offers of other protocols."""
    with nginx(tmp_path_factory.mktemp("web-sockets"), system.port, with_web_sockets) as address:
        yield address


def test_the_body_of_a_request_with_an_offer_is_no_request_of_somebody_else(tmp_path: Path) -> None:
    """The proxy sends the requests of all clients through one connection. Before, the second one got the answer to
    what the first one had hidden in a body, and the hidden request had the headers of the second one."""
    hidden = b"GET /hidden HTTP/1.1\r\nX: "
    fields = f"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: {len(hidden)}\r\n"
    with slow_application() as port, nginx(tmp_path, port, with_web_sockets) as proxy:
        for method in ("GET", "POST", "DELETE"):
            with attacker(proxy) as connection:
                connection.sendall(f"{method} /first HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode())
                time.sleep(SECONDS / 5)
                connection.sendall(hidden)
                answer = HTTPResponse(connection)
                answer.begin()
                assert answer.read() == b"/first"
            assert httpx.get(f"{proxy}/second").text == "/second"


def attacker(address: str) -> socket.socket:
    url = httpx.URL(address)
    connection = socket.create_connection((url.host, url.port or 80), timeout=LONGEST)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@pytest.mark.parametrize("chunked", [False, True])
def test_a_request_with_an_offer_is_served_as_any_other(shared: str, office: Office, chunked: bool) -> None:
    """Some clients, such as that of Java, offer HTTP/2 with the first request of each connection."""
    ticket = json.dumps({"title": "Offered", "description": "In HTTP/1.1"}).encode()
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABk"}
    headers |= {"Content-Type": "application/json", "Idempotency-Key": f"offer-{chunked}"}
    with Api(shared, office.requester.token) as requester:
        answer = requester.http.post("/tickets", content=iter([ticket]) if chunked else ticket, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (201, "Offered")


def test_browsers_may_speak_http_2(tmp_path: Path) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        nginx_with_certificate(tmp_path, "desk.example.org") as port,
        socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as plain,
        context.wrap_socket(plain, server_hostname="desk.example.org") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"
