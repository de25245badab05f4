"""What every request has in common: ids, headers and log lines. Also health and metrics."""

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from gateway.kit import telemetry

from .gateways import World, application, world

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


async def test_metrics_are_labelled_by_route_and_not_by_path(gateway: World) -> None:
    await gateway.ask("GET", PATH)
    await gateway.ask("GET", "/api/v1/tickets/INC-404")
    await gateway.ask("GET", "/nowhere/at/all")
    text = (await gateway.ask("GET", "/metrics", None)).text
    assert 'route="/api/v1/tickets/{number}",status="404"' in text
    assert 'route="unmatched",status="404"' in text
    assert "INC-404" not in text
    assert "/nowhere" not in text


@pytest.fixture
def outside() -> httpx.ASGITransport:
    """A client that is not on this machine."""
    return httpx.ASGITransport(application(), client=("192.0.2.7", 4711))


async def test_metrics_need_a_local_client_or_the_token(outside: httpx.ASGITransport) -> None:
    async with world(metrics_token="m" * 20), httpx.AsyncClient(transport=outside, base_url="http://gateway") as client:
        assert (await client.get("/metrics")).status_code == 403
        assert (await client.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 403
        assert (await client.get("/metrics", headers={"Authorization": "Bearer " + "m" * 20})).status_code == 200
    async with world(), httpx.AsyncClient(transport=outside, base_url="http://gateway") as client:
        assert (await client.get("/metrics", headers={"Authorization": "Bearer "})).status_code == 403


async def test_a_forwarded_request_is_not_local(gateway: World) -> None:
    for name in ("X-Forwarded-For", "Forwarded"):
        assert (await gateway.ask("GET", "/metrics", None, headers={name: "127.0.0.1"})).status_code == 403
