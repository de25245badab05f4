"""What every request has in common: ids, headers and log lines. Also health and metrics."""

from typing import Any

import pytest
import structlog
from pydantic import ValidationError
from structlog.testing import capture_logs

from gateway.__main__ import server_config
from gateway.kit import telemetry
from gateway.kit.settings import Settings

from .gateways import World, world

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
PATH = "/api/v1/tickets/INC-1"


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("a" * 65, False), ("a b", False), ('"', False)])
async def test_the_request_id(gateway: World, given: str, kept: bool) -> None:
    answer = await gateway.ask("GET", PATH, headers={"X-Request-Id": given})
    shown = answer.headers["X-Request-Id"]
    assert (shown == given) == kept
    assert gateway.rpc.context("tickets.get").request_id == shown


@pytest.mark.parametrize(
    ("given", "kept"), [(TRACE, True), (TRACE.upper(), False), ("00-" + "0" * 32 + TRACE[35:], False)]
)
async def test_the_trace(gateway: World, given: str, kept: bool) -> None:
    await gateway.ask("GET", PATH, headers={"traceparent": given})
    sent = gateway.rpc.context("tickets.get").traceparent or ""
    assert (sent == given) == kept
    assert len(sent) == len(TRACE)


async def test_one_line_is_logged_for_each_request(gateway: World) -> None:
    with capture_logs() as lines:
        answer = await gateway.ask("GET", PATH + "?as_of=2026-01-01", "rita")
        await gateway.ask("GET", "/livez", None)
    (line,) = lines
    assert (line["method"], line["path"], line["status"], line["actor"]) == ("GET", PATH, 200, "rita")
    assert line["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("method", "path", "who", "status", "actor"),
    [
        ("POST", "/api/v1/api-keys", "rita", 403, "rita"),
        ("POST", "/settings/api-keys", "rita", 403, "rita"),
        ("PATCH", "/api/v1/users/anna", "alf", 403, "alf"),
        ("POST", PATH + "/comments", "rita", 422, "rita"),
        ("GET", "/api/v1/tickets/INC-404", "rita", 404, "rita"),
        ("GET", "/api/v1/tickets", "gone", 401, None),
        ("GET", "/api/v1/tickets", None, 401, None),
    ],
)
async def test_the_line_names_actor_and_address_also_of_refused_requests(
    gateway: World, method: str, path: str, who: str | None, status: int, actor: str | None
) -> None:
    with capture_logs() as lines:
        assert (await gateway.ask(method, path, who, json={})).status_code == status
    (line,) = lines
    assert (line["actor"], line["address"]) == (actor, "127.0.0.1")


async def test_refusals_are_in_the_security_log(gateway: World) -> None:
    for who in ("rita", "gone", None):
        await gateway.ask("POST", "/api/v1/api-keys", who, json={"name": "k"}, headers={"X-Request-Id": "r1"})
    await gateway.ask("GET", "/api/v1/tickets/INC-404", "rita")
    noted = [(entry.actor_id, entry.detail["reason"]) for entry in gateway.people.security_log.entries]
    assert noted == [("rita", "administrators_only"), (None, "account_not_active"), (None, "sign_in_first")]
    first = gateway.people.security_log.entries[0]
    assert (first.event, first.outcome, first.credential) == ("access", "refused", "token rita")
    assert (first.address, first.request_id) == ("127.0.0.1", "r1")
    assert (first.detail["method"], first.detail["route"]) == ("POST", "/api/v1/api-keys")


async def test_log_lines_of_a_request_carry_its_id_and_trace(gateway: World) -> None:
    with capture_logs(processors=[telemetry.add_request]) as lines:
        await gateway.ask("GET", PATH, headers={"X-Request-Id": "one", "traceparent": TRACE})
        await gateway.ask("GET", PATH, headers={"X-Request-Id": "two"})
        structlog.get_logger().info("between requests")
    assert [line.get("request_id") for line in lines] == ["one", "two", None]
    assert lines[0]["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736" != lines[1]["trace_id"]


async def test_answers_are_not_sniffed_framed_or_cached(gateway: World) -> None:
    headers = (await gateway.ask("GET", "/api/v1/tickets")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"


async def test_a_gateway_can_be_alive_and_not_ready(gateway: World) -> None:
    assert (await gateway.ask("GET", "/livez", None)).status_code == 200
    answer = await gateway.ask("GET", "/readyz", None)
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "broker": "down", "mongodb": "ok"}


async def test_metrics_are_labelled_by_route_and_not_by_path() -> None:
    async with world(metrics_token="m" * 20) as gateway:
        await gateway.ask("GET", PATH)
        await gateway.ask("GET", "/api/v1/tickets/INC-404")
        await gateway.ask("GET", "/nowhere/at/all")
        text = (await gateway.ask("GET", "/metrics", None, headers={"Authorization": "Bearer " + "m" * 20})).text
    assert 'route="/api/v1/tickets/{number}",status="404"' in text
    assert 'route="unmatched",status="404"' in text
    assert "INC-404" not in text
    assert "/nowhere" not in text


async def test_metrics_need_the_token(gateway: World) -> None:
    """From loopback too, since a proxy on this machine connects from there, with or without telling for whom."""
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Host": "127.0.0.1:8000"}, {"Authorization": "Bearer "}):
        assert (await gateway.ask("GET", "/metrics", None, headers=headers)).status_code == 403
    async with world(metrics_token="m" * 20) as guarded:
        for token, status in (("", 403), ("wrong", 403), ("m" * 20, 200)):
            headers = {"Authorization": f"Bearer {token}"}
            assert (await guarded.ask("GET", "/metrics", None, headers=headers)).status_code == status


async def test_https_is_kept_once_the_public_url_has_it(gateway: World) -> None:
    for path in ("/livez", "/sign-in", "/api/v1/tickets/INC-1", "/nowhere"):
        assert "Strict-Transport-Security" not in (await gateway.ask("GET", path, None)).headers
    async with world(public_url="https://help.example.org") as secure:
        for path in ("/livez", "/sign-in", "/api/v1/tickets/INC-1", "/nowhere"):
            answer = await secure.ask("GET", path, None)
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000"), path


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://gateway"])
async def test_no_other_site_may_read_an_answer(gateway: World, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for method in ("OPTIONS", "GET"):
        answer = await gateway.ask(method, "/api/v1/tickets", headers=headers)
        assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("networks", ["*", "0.0.0.0/0", "::/0", "10.0.0.0/8,0.0.0.0/0", "proxy"])
def test_not_everybody_can_be_a_trusted_proxy(networks: str) -> None:
    with pytest.raises(ValidationError):
        Settings(secret="s" * 32, trusted_proxies=networks)


FORGED = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9"), (b"x-forwarded-proto", b"https")]


@pytest.mark.parametrize(
    ("trusted", "peer", "seen"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("", "10.1.2.3", "10.1.2.3"),
        ("10.0.0.0/8", "127.0.0.1", "127.0.0.1"),
        # The proxy has appended 203.0.113.9, and whatever stands before it was sent by that client.
        ("10.0.0.0/8", "10.1.2.3", "203.0.113.9"),
        ("10.0.0.0/8, 203.0.113.9", "10.1.2.3", "198.51.100.1"),
        ("fd00::/8", "fd00::1", "203.0.113.9"),
    ],
)
async def test_only_trusted_proxies_tell_the_address_of_the_client(trusted: str, peer: str, seen: str) -> None:
    found: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["client"][0])

    config = server_config(app, Settings(secret="s" * 32, trusted_proxies=trusted))
    config.load()
    scope = {"type": "http", "client": (peer, 1), "headers": FORGED, "scheme": "http"}
    unused: Any = None
    loaded: Any = config.loaded_app
    await loaded(scope, unused, unused)
    assert found == [seen]


@pytest.mark.parametrize(
    ("trusted", "peer", "headers", "warnings"),
    [
        ("", "10.1.2.3", FORGED, 1),
        ("192.168.0.0/16", "10.1.2.3", FORGED, 1),
        ("10.0.0.0/8", "10.1.2.3", FORGED, 0),
        ("", "10.1.2.3", [(b"accept", b"*/*")], 0),
    ],
)
async def test_the_log_says_once_that_a_proxy_is_not_trusted(
    trusted: str, peer: str, headers: list[tuple[bytes, bytes]], warnings: int
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    config = server_config(app, Settings(secret="s" * 32, trusted_proxies=trusted))
    config.load()
    unused: Any = None
    loaded: Any = config.loaded_app
    with capture_logs() as logs:
        for _ in range(3):
            scope = {"type": "http", "client": (peer, 1), "headers": headers, "scheme": "http"}
            await loaded(scope, unused, unused)
    assert [line["address"] for line in logs if "TRACKLINE_TRUSTED_PROXIES" in line["event"]] == [peer] * warnings
