"""Every operation of the API refuses query parameters that it does not know, and names those that it knows. It refuses
a second value where it takes one, and values in a form that JSON does not have."""

from typing import Any

import pytest

from trackline_schemas.base import Instant
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.plain_values import form_of

from .gateways import World
from .test_openapi import operations


async def test_no_operation_takes_a_parameter_that_it_does_not_know(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    for path, method, operation in operations(document):
        address = path.replace("{", "").replace("}", "")
        answer = await gateway.ask(method, f"{address}?pagesize=5&colour=red", "anna", json={})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (method, path)
        named = [entry["parameter"] for entry in answer.json()["errors"]]
        assert named == ["pagesize", "colour"], (method, path)
        known = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        told = answer.json()["errors"][0]["params"].get("parameters", [])
        assert set(told) == set(known), (method, path)
        assert all(name in answer.json()["detail"] for name in known)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/tickets?page[number]=2", "page[number]"),
        ("/api/v1/tickets?page=2", "page"),
        ("/api/v1/tickets?page_size=2", "page_size"),
        ("/api/v1/tickets?Sort=title", "Sort"),
        ("/api/v1/tickets?filters[state]=new", "filters[state]"),
        ("/api/v1/tickets?filter_state=new", "filter_state"),
        ("/api/v1/tickets?state=new", "state"),
        ("/api/v1/tickets?=new", ""),
        ("/api/v1/users?filter[name]=a", "filter[name]"),
        ("/api/v1/users?filter={}", "filter"),
        ("/api/v1/categories?page[number]=5", "page[number]"),
        ("/api/v1/tickets/INC-1?fields=title", "fields"),
        ("/api/v1/users/me?include=teams", "include"),
        ("/api/v1/stream?lastEventId=1-", "lastEventId"),
        ("/api/v1/tickets?utm_source=mail", "utm_source"),
    ],
)
async def test_a_parameter_of_another_address(gateway: World, path: str, name: str) -> None:
    answer = await gateway.ask("GET", path)
    assert answer.status_code == 422
    assert [entry["parameter"] for entry in answer.json()["errors"]] == [name]
    assert answer.json()["reason"] in ("parameter_unknown", "parameters_not_taken")


@pytest.mark.parametrize(
    "query", ["filter[state]=new", "filter[priority][lte]=2", "page[size]=5&sort=priority", "page%5Bsize%5D=5", "&&"]
)
async def test_the_known_ones_are_taken(gateway: World, query: str) -> None:
    assert (await gateway.ask("GET", f"/api/v1/tickets?{query}")).status_code == 200


async def test_a_field_that_no_ticket_has_is_refused_by_the_filter(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/tickets?filter[colour]=red")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")
    assert all(name in answer.json()["detail"] for name in TICKET_FIELDS)


@pytest.mark.parametrize("path", ["/livez?t=1700000000", "/sign-in?utm_source=mail&fbclid=x", "/openapi.json?v=2"])
async def test_pages_and_probes_take_what_a_mail_or_a_monitor_adds(gateway: World, path: str) -> None:
    assert (await gateway.ask("GET", path, None)).status_code == 200


async def test_a_short_list_has_pages_for_whoever_asks_for_them(gateway: World) -> None:
    uses = [{"kind": "category", "id": f"c{number}", "name": "Network", "field": "team_id"} for number in range(3)]
    gateway.rpc.answers["tickets.record_used_by"] = uses
    gateway.rpc.answers["knowledge.record_used_by"] = []
    first = await gateway.ask("GET", "/api/v1/teams/desk/used-by?page[size]=1", "anna")
    whole = await gateway.ask("GET", "/api/v1/teams/desk/used-by", "anna")
    seen = first.json()["data"]
    while (following := first.json()["links"]["next"]) is not None:
        assert first.json()["meta"] == {"has_more": True}
        first = await gateway.ask("GET", following, "anna")
        assert len(first.json()["data"]) == 1
        seen += first.json()["data"]
    assert (seen, len(seen) > 1) == (whole.json()["data"], True)
    assert whole.json()["links"]["next"] is None


@pytest.mark.parametrize("cursor", ["x", "WzFd=", "Wy0xXQ", "WyJhIl0"])
async def test_a_cursor_of_another_list(gateway: World, cursor: str) -> None:
    answer = await gateway.ask("GET", f"/api/v1/categories?page[size]=1&page[after]={cursor}")
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or answer.json()["code"] == "invalid_cursor"


def _schemas(parameter: dict[str, Any]) -> list[dict[str, Any]]:
    schema: dict[str, Any] = parameter["schema"]
    return [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]


def _address(path: str) -> str:
    return path.replace("{", "").replace("}", "")


async def test_no_operation_takes_two_values_where_it_uses_one(gateway: World) -> None:
    """A filter is no exception: several of them hold together."""
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    count = 0
    for path, method, operation in operations(document):
        queries = [one for one in operation.get("parameters", []) if one["in"] == "query"]
        single = [one["name"] for one in queries if all(kind.get("type") != "array" for kind in _schemas(one))]
        for name in (name for name in single if not name.startswith("filter")):
            query = [(name, "5"), (name, "6")]
            answer = await gateway.ask(method, _address(path), "anna", params=query)
            reasons = {(one["parameter"], one.get("reason")) for one in answer.json()["errors"]}
            assert answer.status_code == 422, (method, path)
            assert (name, "parameter_repeated") in reasons, (method, path)
            count += 1
    assert count > 50


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/tickets?page[size]=5&page[size]=6", "page[size]"),
        ("/api/v1/tickets?page[size]=5&page%5Bsize%5D=5", "page[size]"),
        ("/api/v1/tickets?sort=title&filter[state]=new&sort=priority", "sort"),
        ("/api/v1/search?q=drucker&q=vpn", "q"),
        ("/api/v1/search?q=&q=vpn", "q"),
        ("/api/v1/tickets/INC-1?as_of=2026-03-01&as_of=2026-03-02", "as_of"),
        ("/api/v1/stream?last_event_id=1-&last_event_id=2-", "last_event_id"),
    ],
)
async def test_a_second_value(gateway: World, path: str, name: str) -> None:
    answer = await gateway.ask("GET", path)
    assert (answer.status_code, answer.json()["reason"]) == (422, "parameter_repeated")
    assert [entry["parameter"] for entry in answer.json()["errors"]] == [name]
    assert gateway.rpc.calls == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tickets?filter[priority][gte]=1&filter[priority][lte]=2&filter[tags]=a&filter[tags]=b",
        "/api/v1/security-log?person_id=alf&person_id=anna",
    ],
)
async def test_several_values_where_they_mean_something(gateway: World, path: str) -> None:
    assert (await gateway.ask("GET", path, "anna")).status_code != 422


@pytest.mark.parametrize("body", ["token=a&token=b", "token=a&token=a", "token=&token=b"])
async def test_a_field_of_a_form_comes_once(gateway: World, body: str) -> None:
    """RFC 6749 section 3.2 says so, and also that unknown fields are ignored."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await gateway.ask("POST", "/api/v1/auth/revoke", None, content=body, headers=form)
    assert (answer.status_code, answer.json()["reason"]) == (422, "parameter_repeated")
    assert answer.json()["errors"][0]["pointer"] == "/token"


async def test_a_key_comes_once(gateway: World) -> None:
    lines = [("Authorization", "Bearer alf"), ("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    body = {"title": "t", "description": "d"}
    answer = await gateway.client.post("/api/v1/tickets", json=body, headers=lines)
    assert (answer.status_code, answer.json()["reason"]) == (422, "parameter_repeated")
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"
    assert gateway.rpc.calls == []


# JSON type or format → values that Pydantic would convert.
LAX = {
    "integer": ["1_0", "5.0", "+5", " 5", "5 ", "05", "٥", "5e0", "0x5", "true", "", "-0", "−5"],
    "boolean": ["1", "0", "yes", "no", "on", "off", "t", "f", "y", "n", "True", "TRUE", " true", ""],
    "date-time": [
        *("1700000000", "1700000000000", "-1", "1.5", "1e9", " 5", "1_700", "2026-03-01_08:00:00Z", "inf", ""),
        *("2024-01-01T10:00:00−01:00", "2024-01-01T10:00:00.5−01:00", "2024-01-01T10:00:00,5Z"),
        *("2024-01-01T10:00:00+0100", "2024-01-01T10:00:00+01", "2024-01-01T10:00:00.Z", "2024-01-01T10"),
        *("2024-01-01T1000Z", "2024-01-01T10:00Z ", "2024-01-01T", "20240101", "2024-W01-1", "2024-001"),
        *("٢٠٢٤-01-01", "2024-01-01T10:00:00 Z", "2024-01-01T10:00:00UTC"),
    ],
}
PLAIN = {
    "integer": ["5", "10"],
    "boolean": ["true", "false"],
    "date-time": [
        *("2026-03-01T08:00:00Z", "2026-03-01T08:00:00.123+01:00", "2026-03-01 08:00", "2026-03-01"),
        "2026-03-01T08:00-01:30",
    ],
}


async def test_no_operation_takes_a_value_of_another_form(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    seen = set()
    for path, method, operation in operations(document):
        for parameter in (one for one in operation.get("parameters", []) if one["in"] == "query"):
            name = parameter["name"]
            for kind in {str(one.get("format") or one.get("type")) for one in _schemas(parameter)} & LAX.keys():
                seen.add((kind, name))
                for value in LAX[kind][:2]:
                    answer = await gateway.ask(method, _address(path), "anna", params={name: value})
                    assert answer.status_code == 422, (method, path, name, value)
                    assert answer.json()["errors"][0]["parameter"] == name
                answer = await gateway.ask(method, _address(path), "anna", params={name: PLAIN[kind][0]})
                assert answer.status_code != 422 or name not in str(answer.json()["errors"]), (method, path, name)
    assert {kind for kind, _ in seen} == LAX.keys()
    assert ("boolean", "unread_only") in seen


def _is_needed(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "query" and bool(parameter.get("required"))


async def test_no_filter_takes_a_value_of_another_form(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    kinds = {"number": "integer", "bool": "boolean", "date": "date-time"}
    needs = {path for path, _, one in operations(document) if any(map(_is_needed, one.get("parameters", [])))}
    seen = set()
    for path, method, operation in operations(document):
        for one in operation.get("parameters", []):
            kind = kinds.get(str(one.get("description", "")).partition("(")[2].partition(")")[0])
            if not one["name"].startswith("filter[") or kind is None or path in needs:
                continue
            seen.add((kind, one["name"]))
            for value in LAX[kind]:
                answer = await gateway.ask(method, _address(path), "anna", params={one["name"]: value})
                assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter"), (path, one, value)
            answer = await gateway.ask(method, _address(path), "anna", params={one["name"]: ",".join(PLAIN[kind])})
            assert "invalid_filter" not in answer.text, (path, one)
    assert {kind for kind, _ in seen} == LAX.keys()
    assert ("integer", "filter[reopens]") in seen


@pytest.mark.parametrize(("annotation", "kind"), [(int, "integer"), (bool, "boolean"), (Instant | None, "date-time")])
async def test_each_type_has_one_form(annotation: Any, kind: str) -> None:
    form = form_of(annotation)
    assert form is not None
    assert [value for value in LAX[kind] if form.matches(value)] == []
    assert [value for value in PLAIN[kind] if not form.matches(value)] == []


@pytest.mark.parametrize("version", ["1_0", "1.0", "+1", "01", "%201", "1%20"])
async def test_a_number_in_an_address_has_one_form(gateway: World, version: str) -> None:
    answer = await gateway.ask("GET", f"/api/v1/articles/KB-1/versions/{version}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "version"
