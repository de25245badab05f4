"""HEAD is answered wherever GET is, OPTIONS everywhere, and a 405 names every method of the address."""

from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.types import Message, Scope
from structlog.testing import capture_logs

from gateway.kit.methods import MethodMiddleware

from .gateways import World
from .test_openapi import operations

READ = [
    "/livez", "/openapi.json", "/problems/not_found", "/api/v1/tickets", "/api/v1/tickets/INC-1",
    "/api/v1/tickets/INC-1/comments", "/api/v1/users/me", "/api/v1/articles/KB-1", "/api/v1/categories",
    "/api/v1/organisation", "/sign-in", "/no-such-page", "/api/v1/no-such-thing", "/api/v1/tickets/INC-404",
    "/api/v1/tickets?page[size]=0", "/",
]  # fmt: skip
# These differ from one answer to the next.
OWN = {"x-request-id", "set-cookie"}


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("who", ["alf", None])
async def test_head_has_the_status_and_the_headers_of_get(gateway: World, path: str, who: str | None) -> None:
    headers = {"Accept": "text/html, application/json", "Accept-Encoding": "gzip"}
    whole = await gateway.ask("GET", path, who, headers=headers)
    head = await gateway.ask("HEAD", path, who, headers=headers)
    assert head.status_code == whole.status_code
    assert head.content == b""
    kept = [{name: value for name, value in one.headers.items() if name not in OWN} for one in (head, whole)]
    # Each page draws a new token.
    if "html" not in whole.headers.get("content-type", ""):
        assert kept[0] == kept[1]
    assert kept[0].keys() == kept[1].keys()


async def test_every_address_of_the_api_that_takes_get_takes_head_and_options(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    methods: dict[str, set[str]] = {}
    for path, method, _ in operations(document):
        methods.setdefault(path, set()).add(method.upper())
    for path, known in methods.items():
        address = path.replace("{", "").replace("}", "")
        answer = await gateway.ask("OPTIONS", address, None)
        allowed = set(answer.headers["Allow"].split(", "))
        assert answer.status_code == 204
        assert known | {"OPTIONS"} <= allowed, path
        assert ("HEAD" in allowed) == ("GET" in allowed)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/tickets", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/api/v1/tickets/INC-1", "GET, HEAD, PATCH, OPTIONS"),
        ("GET", "/api/v1/tickets/INC-1/updates", "POST, OPTIONS"),
        ("HEAD", "/api/v1/tickets/INC-1/updates", "POST, OPTIONS"),
        ("POST", "/api/v1/users/me", "GET, HEAD, PATCH, OPTIONS"),
        ("DELETE", "/api/v1/users/anna/password", "PUT, OPTIONS"),
        ("PATCH", "/api/v1/api-keys", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/livez", "GET, HEAD, OPTIONS"),
        ("POST", "/static/app.css", "GET, HEAD, OPTIONS"),
        ("PUT", "/sign-in", "GET, HEAD, POST, OPTIONS"),
        ("TRACE", "/api/v1/tickets", "GET, HEAD, POST, OPTIONS"),
        ("BREW", "/api/v1/tickets", "GET, HEAD, POST, OPTIONS"),
    ],
)
async def test_another_method(gateway: World, method: str, path: str, allowed: str) -> None:
    answer = await gateway.ask(method, path, json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert (await gateway.ask("OPTIONS", path, None)).headers["Allow"] == allowed


async def test_options_of_nothing(gateway: World) -> None:
    assert (await gateway.ask("OPTIONS", "/api/v1/no-such-thing", None)).status_code == 404


async def test_head_is_logged_as_head_and_counted_by_route(gateway: World) -> None:
    with capture_logs() as lines:
        await gateway.ask("HEAD", "/api/v1/tickets/INC-1")
    assert [(line["method"], line["status"]) for line in lines] == [("HEAD", 200)]
    counted = REGISTRY.get_sample_value(
        "trackline_gateway_http_seconds_count", {"method": "HEAD", "route": "/api/v1/tickets/{number}", "status": "200"}
    )
    assert counted


async def test_a_stream_ends_after_its_head(gateway: World) -> None:
    answer = await gateway.ask("HEAD", "/api/v1/stream")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_no_more_of_a_file_is_read_than_its_first_piece() -> None:
    sent: list[Message] = []
    read = 0

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        nonlocal read
        assert scope["method"] == "GET"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"99")]})
        for read in range(1, 10):  # noqa: B007 (counted)
            await send({"type": "http.response.body", "body": b"x" * 11, "more_body": True})

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "HEAD", "path": "/"}
    await MethodMiddleware(app)(scope, _nothing, send)
    assert read == 1
    assert sent[0]["headers"] == [(b"content-length", b"99")]
    assert sent[1:] == [{"type": "http.response.body", "body": b"", "more_body": False}]


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
