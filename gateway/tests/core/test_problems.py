"""Every bad input is answered by a problem+json with the right status, and never by a 5xx."""

import json
import time
from typing import Any

import pytest

from trackline_schemas.errors import CODES, ServiceError, find_by_code, not_found, reasons, refuse

from .gateways import World

T = "/api/v1/tickets"
NEW = {"title": "VPN drops", "description": "Every hour."}
JSON = {"Content-Type": "application/json"}


def code_of(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["type"] == f"/problems/{problem['code']}"
    code: str = problem["code"]
    return code


@pytest.mark.parametrize("body", [b"{", b"", b"[1,", b"nul", b"[" * 100_000, b'{"title": "\xff"}'])
async def test_malformed_json(gateway: World, body: bytes) -> None:
    answer = await gateway.ask("POST", T, content=body, headers=JSON)
    assert code_of(answer, 422 if body == b"" else 400) in ("malformed", "invalid")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "colour": "red"}, "/colour"),
        ({**NEW, "impact": "high"}, "/impact"),
        ({**NEW, "impact": 4}, "/impact"),
        ({**NEW, "title": " "}, "/title"),
        ({**NEW, "tags": ["ok", "not ok"]}, "/tags/1"),
        ({"title": "x"}, "/description"),
        ([], ""),
        ("text", ""),
        (None, ""),
        ({**NEW, "title": {"a/b": 1}}, "/title"),
        ({**NEW, "a/b~c": 1}, "/a~1b~0c"),
    ],
)
async def test_errors_point_to_wrong_members(gateway: World, body: Any, pointer: str) -> None:
    answer = await gateway.ask("POST", T, content=json.dumps(body), headers=JSON)
    assert code_of(answer, 422) == "invalid"
    assert [entry["pointer"] for entry in answer.json()["errors"]] == [pointer]


async def test_errors_point_to_members_of_nested_objects(gateway: World) -> None:
    body = {"comment": {"text": ""}, "changes": {"state": "lost"}, "base_version": 0}
    answer = await gateway.ask("POST", f"{T}/INC-1/updates", json=body)
    pointers = {entry["pointer"] for entry in answer.json()["errors"]}
    assert pointers == {"/comment/text", "/changes/state", "/base_version"}


async def test_values_that_services_cannot_receive_are_refused(gateway: World) -> None:
    answer = await gateway.ask("POST", T, content=b'{"title": "\\ud800", "description": "x"}', headers=JSON)
    assert code_of(answer, 400) == "malformed"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_another_content_type(gateway: World, kind: str) -> None:
    answer = await gateway.ask("POST", T, content=json.dumps(NEW), headers={"Content-Type": kind})
    assert code_of(answer, 415) == "unsupported_media_type"


async def test_a_content_length_over_the_limit(gateway: World) -> None:
    answer = await gateway.ask("POST", T, content=b" " * 1_000_001, headers=JSON)
    assert code_of(answer, 413) == "too_large"


async def test_a_body_without_a_length_over_the_limit(gateway: World) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    answer = await gateway.ask("POST", T, content=chunks(), headers=JSON)
    assert code_of(answer, 413) == "too_large"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("filter[colour]=red", 400, "invalid_filter"),
        ("filter[priority]=high", 400, "invalid_filter"),
        ("filter[state][near]=open", 400, "invalid_filter"),
        ("filter[state", 400, "invalid_filter"),
        ("filter={", 400, "invalid_filter"),
        ("filter=" + '{"not":' * 50 + '{"field":"state","op":"eq","value":"new"}' + "}" * 50, 400, "invalid_filter"),
        ("filter=" + "[" * 30_000, 400, "invalid_filter"),
        ('filter={"field":"priority","op":"eq","value":' + "9" * 400 + "}", 400, "invalid_filter"),
        ('filter={"field":"priority","op":"eq","value":' + "9" * 30 + "}", 400, "invalid_filter"),
        ("filter[created_at][gt]=0001-01-01T00:00:00%2B14:00", 400, "invalid_filter"),
        ("page[size]=0", 422, "invalid"),
        ("page[size]=101", 422, "invalid"),
        ("page[size]=many", 422, "invalid"),
        ("page[size]=" + "9" * 5000, 422, "invalid"),
    ],
)
async def test_wrong_queries(gateway: World, query: str, status: int, code: str) -> None:
    answer = await gateway.ask("GET", f"{T}?{query}")
    assert code_of(answer, status) == code


@pytest.mark.parametrize("as_of", ["yesterday", "0001-01-01T00:00:00%2B14:00", "1e400", "9" * 30, ""])
async def test_wrong_instants(gateway: World, as_of: str) -> None:
    answer = await gateway.ask("GET", f"{T}/INC-1?as_of={as_of}")
    assert code_of(answer, 422) == "invalid"
    assert answer.json()["errors"][0]["parameter"] == "as_of"


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb"])
async def test_wrong_idempotency_keys(gateway: World, key: str) -> None:
    answer = await gateway.ask("POST", T, json=NEW, headers={"Idempotency-Key": key})
    assert code_of(answer, 422) == "invalid"
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.parametrize("tag", ["7", '"7', '"7" "8"', "W/7", ""])
async def test_an_if_match_that_is_not_an_etag(gateway: World, tag: str) -> None:
    answer = await gateway.ask("PATCH", f"{T}/INC-1", json={"state": "open"}, headers={"If-Match": tag})
    assert code_of(answer, 400) == "malformed"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", T), ("POST", T), ("GET", "/api/v1/stream"), ("GET", "/api/v1/notifications"), ("GET", "/api/v1/search")],
)
@pytest.mark.parametrize("who", [None, "nobody"])
async def test_requests_without_valid_credentials(gateway: World, method: str, path: str, who: str | None) -> None:
    answer = await gateway.ask(method, path, who, **({"json": NEW} if method == "POST" else {}))
    assert code_of(answer, 401) == "unauthenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/categories"),
        ("PATCH", "/api/v1/categories/c1"),
        ("GET", "/api/v1/deliveries"),
        ("GET", "/api/v1/search/status"),
        ("POST", "/api/v1/search/rebuild"),
        ("POST", "/api/v1/search/reconcile"),
        ("POST", "/api/v1/search/replay"),
        ("POST", "/api/v1/analytics/rebuild"),
    ],
)
async def test_operations_for_administrators_only(gateway: World, method: str, path: str) -> None:
    bodies = {"/api/v1/search/reconcile": {"dry_run": True}, "/api/v1/categories": {"name": "Printers"}}
    body = {"json": bodies.get(path, {"name": "Printers"})} if method == "PATCH" or path in bodies else {}
    assert code_of(await gateway.ask(method, path, "alf", **body), 403) == "forbidden"
    assert (await gateway.ask(method, path, "anna", **body)).is_success


async def test_unknown_addresses_and_methods(gateway: World) -> None:
    assert code_of(await gateway.ask("GET", "/api/v1/nothing"), 404) == "not_found"
    assert code_of(await gateway.ask("GET", f"{T}/"), 404) == "not_found"
    assert code_of(await gateway.ask("GET", f"{T}/INC-404"), 404) == "not_found"
    answer = await gateway.ask("DELETE", f"{T}/INC-1")
    assert code_of(answer, 405) == "method_not_allowed"
    assert answer.headers["Allow"]


@pytest.mark.parametrize("number", ["ü€𝄞", "%00", "a%2Fb", "%0d%0aX: y", "n" * 65, "..", "%ff"])
async def test_numbers_of_no_ticket(gateway: World, number: str) -> None:
    for name in ("update", "comments"):
        gateway.rpc.failures[f"tickets.{name}"] = not_found("ticket", number)
    for method, path, body in [
        ("GET", "", None),
        ("GET", "/comments", None),
        ("PATCH", "", {"state": "open"}),
        ("POST", "/comments", {"text": "x"}),
        ("POST", "/updates", {"comment": {"text": "x"}}),
    ]:
        answer = await gateway.ask(method, f"{T}/{number}{path}", json=body)
        assert answer.status_code in (404, 405, 422), answer.text


@pytest.mark.parametrize("code", sorted(CODES))
async def test_every_code_has_its_status_and_a_page(gateway: World, code: str) -> None:
    gateway.rpc.failures["tickets.get"] = ServiceError(
        code, "So it is.", {"status": 1, "params": 1, "extra": 2}, "so_it_is", {"so": 1}
    )
    answer = await gateway.ask("GET", f"{T}/INC-1")
    assert code_of(answer, CODES[code].status) == code
    assert answer.json()["extra"] == 2
    assert (answer.json()["reason"], answer.json()["params"]) == ("so_it_is", {"so": 1})
    page = await gateway.ask("GET", answer.json()["type"], None)
    assert page.status_code == 200
    assert code in page.text
    assert CODES[code].mending.split()[0] in page.text
    for reason in find_by_code(code):
        assert f'id="{reason.name}"' in page.text


async def test_overload_and_outages_answer_retry_after(gateway: World) -> None:
    gateway.rpc.failures["tickets.get"] = refuse(
        reasons.access.TOO_MANY_ATTEMPTS, detail={"retry_after": 30}, seconds=30
    )
    assert (await gateway.ask("GET", f"{T}/INC-1")).headers["Retry-After"] == "30"
    gateway.rpc.failures["tickets.get"] = refuse(reasons.bus.BUS_UNREACHABLE)
    assert (await gateway.ask("GET", f"{T}/INC-1")).headers["Retry-After"] == "1"


async def test_an_unexpected_error_reveals_no_internals(gateway: World) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("secret of the inside")

    gateway.rpc.answers["tickets.get"] = broken
    answer = await gateway.ask("GET", f"{T}/INC-1")
    assert code_of(answer, 500) == "internal"
    assert "secret" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "who", "members"),
    [
        ("/api/v1/auth/forgotten-password", None, 6_000),
        ("/api/v1/auth/password", None, 6_000),
        ("/api/v1/tickets", "alf", 90_000),
        ("/api/v1/users/me", "alf", 90_000),
    ],
)
async def test_a_body_of_unknown_members_costs_little(gateway: World, path: str, who: str | None, members: int) -> None:
    method = "PATCH" if path.endswith("/me") else "POST"
    body = json.dumps({str(number): 1 for number in range(members)}, separators=(",", ":"))
    began = time.process_time()
    answer = await gateway.ask(method, path, who, content=body, headers={"Content-Type": "application/json"})
    assert time.process_time() - began < 0.5
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 50)
