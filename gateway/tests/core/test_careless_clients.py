"""What no client should send: control characters, malformed cookies and headers, and requests that break off."""

import base64
import json
from typing import Any

import pytest
from starlette.types import Message

from .gateways import World

CONTROLS = ["%00", "a%00b", "%01", "%1b%5B31m", "%7F", "%0B"]
PATHS = ["/a%00", "/t/%00", "/static/x/%00.css", "/api/v1/tickets/INC%001", "/a/%0d%0ab", "/api/v1/files/%1f"]
QUERIES = [
    "/search?q=",
    "/api/v1/search?q=",
    "/new?title=",
    "/desk/open?x=",
    "/api/v1/tickets?filter[state]=",
    "/sign-in?next=",
]


@pytest.mark.parametrize("path", PATHS)
async def test_a_path_with_control_characters(gateway: World, path: str) -> None:
    answer = await gateway.ask("GET", path)
    assert (answer.status_code, answer.json()["reason"]) == (404, "address_unknown")


@pytest.mark.parametrize("value", CONTROLS)
@pytest.mark.parametrize("path", QUERIES)
async def test_a_query_with_control_characters(gateway: World, path: str, value: str) -> None:
    answer = await gateway.ask("GET", path + value)
    assert (answer.status_code, answer.json()["reason"]) == (400, "not_text")


@pytest.mark.parametrize("value", ["a%09b", "a%0Ab", "%2500", "100%25", "%ff", "%ED%A0%80", "\\u0000"])
async def test_a_query_with_other_characters_is_answered(gateway: World, value: str) -> None:
    assert (await gateway.ask("GET", f"/api/v1/search?q={value}")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (r'{"title": "a\u0000b", "description": "x"}', 400),
        (r'{"title": "x", "description": "x", "tags": ["\u0000"]}', 400),
        (r'{"title": "x", "description": "\\\u0000"}', 400),
        (r'{"a\u0000": "x"}', 400),
        (r'{"title": "x", "description": "\\u0000 is written like this"}', 201),
        (r'{"a\ud800": "x"}', 422),
        (r'{"title": "\ud800", "description": "x"}', 422),
    ],
)
async def test_a_body_with_characters_that_are_not_text(gateway: World, body: str, status: int) -> None:
    answer = await gateway.ask("POST", "/api/v1/tickets", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("typed", ["T%C3%BCr", "Tu%CC%88r", "%ef%bb%bfTu%cc%88r", "T%C3%BC%C2%ADr"])
async def test_a_query_is_composed_whichever_way_it_came(gateway: World, typed: str) -> None:
    await gateway.ask("GET", f"/api/v1/search?q={typed}&page[size]=7&filter[state]=new&filter[state]=open")
    query = gateway.rpc.sent("knowledge.search")["query"]
    assert (query["q"], query["size"], len(query["filter"]["and"])) == ("Tür", 7, 2)
    await gateway.ask("GET", f"/api/v1/suggest?q={typed}")
    assert gateway.rpc.sent("knowledge.suggest")["q"].strip("\ufeff").replace("\u00ad", "") == "Tür"


async def test_what_shows_nothing_is_refused_in_a_body(gateway: World) -> None:
    answer = await gateway.ask("POST", "/api/v1/tickets", json={"title": "\u2800", "description": "\u3164"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [one["reason"] for one in answer.json()["errors"]] == ["text_shows_nothing"] * 2


async def test_a_filter_with_nul(gateway: World) -> None:
    tree = r'{"field":"title","op":"contains","value":"\u0000"}'
    assert (await gateway.ask("GET", "/api/v1/tickets", params={"filter": tree})).status_code == 400


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "a/b", "a@b", "[x]", "a:b:c", "a:999999"])
async def test_a_host_that_is_none(gateway: World, host: str) -> None:
    answer = await gateway.ask("GET", "/sign-in", None, headers={"Host": host, "Accept": "text/html"})
    assert answer.status_code == 400


def packed(*value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(value)).encode()).decode()


TOASTS = [
    "x", "====", "\xff", base64.urlsafe_b64encode(b"{}").decode(), base64.urlsafe_b64encode(b"[" * 4000).decode(),
    packed(), packed(1), packed([], {}), packed({}, "x"), packed("state", {}), packed("bulk", "many"),
    packed("created", "\ud800"), packed("state", "x", {}, []), packed("saved", "", None), packed("no such", 1),
]  # fmt: skip


@pytest.mark.parametrize("name", ["toast", "visitor", "theme", "single_keys"])
@pytest.mark.parametrize("value", TOASTS)
async def test_malformed_cookies(gateway: World, name: str, value: str) -> None:
    cookie = f"trackline_{name}={value}".encode("latin-1")
    headers: Any = {"Cookie": cookie, "Accept": "text/html"}
    assert (await gateway.ask("GET", "/sign-in", None, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sign-in", b"multipart/form-data; boundary=x"),
        ("/sign-in", b"application/x-www-form-urlencoded"),
        ("/forgotten", b"application/x-www-form-urlencoded"),
        ("/new", b"multipart/form-data; boundary=x"),
        ("/api/v1/tickets", b"application/json"),
        ("/api/v1/auth/token", b"application/x-www-form-urlencoded"),
        ("/api/v1/files?name=a", b"text/plain"),
    ],
)
async def test_a_client_that_goes_away(gateway: World, path: str, kind: bytes) -> None:
    sent: list[Message] = []
    pieces: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    address, _, query = path.partition("?")
    identity = (b"authorization", b"Bearer alf")
    headers = [(b"host", b"gateway"), (b"content-type", kind), (b"content-length", b"99"), identity]
    scope = {
        "type": "http", "method": "POST", "path": address, "raw_path": address.encode(), "query_string": query.encode(),
        "headers": headers, "scheme": "http", "client": ("127.0.0.1", 1), "server": ("gateway", 80), "root_path": "",
        "http_version": "1.1",
    }  # fmt: skip
    await gateway.app(scope, receive, send)
    assert all(message["status"] < 500 for message in sent if message["type"] == "http.response.start")
