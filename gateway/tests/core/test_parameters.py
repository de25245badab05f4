"""Every operation of the API refuses query parameters that it does not know, and names those that it knows."""

import pytest

from trackline_schemas.filters import TICKET_FIELDS

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
