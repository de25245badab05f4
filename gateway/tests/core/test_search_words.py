"""The fields that a search over HTTP may name, besides its words."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from .fakes import person
from .gateways import World


async def sent(gateway: World, q: str, who: str = "alf", more: str = "") -> dict[str, Any]:
    answer = await gateway.ask("GET", f"/api/v1/search?q={quote(q)}{more}", who)
    assert answer.status_code == 200, answer.text
    query: dict[str, Any] = gateway.rpc.sent("knowledge.search")["query"]
    return query


def conditions(query: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(one["field"], one["op"], one["value"]) for one in query["filter"]["and"]]


async def test_a_query_of_words_is_sent_as_it_is(gateway: World) -> None:
    query = await sent(gateway, "http://vpn.example: error 0x80070005 -20 Re: [INC-1042]")
    assert query["q"] == "http://vpn.example: error 0x80070005 -20 Re: [INC-1042]"
    assert query["filter"] is None
    assert not {"phrases", "without"} & query.keys()


@pytest.mark.parametrize(
    "q", ["Status:404 on login", "Teams:Meeting", "ping -t server", "Location:https://x.example/a"]
)
async def test_what_people_paste_is_sent_as_words(gateway: World, q: str) -> None:
    query = await sent(gateway, q)
    assert query["q"] == q
    assert query["filter"] is None
    assert not {"phrases", "without"} & query.keys()


async def test_fields_become_the_filter_and_the_rest_is_searched(gateway: World) -> None:
    query = await sent(gateway, 'printer assignee:me state:open priority:<=2 "paper jam" -toner tag:vip')
    assert (query["q"], query["phrases"], query["without"]) == ("printer paper jam", ["paper jam"], ["toner"])
    assert conditions(query) == [
        ("assignee_id", "in", ["alf"]),
        ("state", "eq", "open"),
        ("priority", "lte", 2),
        ("tags", "eq", "vip"),
    ]


async def test_a_day_is_one_in_the_zone_of_the_caller(gateway: World) -> None:
    gateway.people.directory.put_user(person("alf", teams={"desk": "manage"}, time_zone="Europe/Berlin", version=2))
    query = await sent(gateway, "created:>=2026-01-01")
    assert datetime.fromisoformat(query["filter"]["and"][0]["value"]) == datetime(2025, 12, 31, 23, tzinfo=UTC)


async def test_the_other_parameters_count_too(gateway: World) -> None:
    query = await sent(gateway, "state:open", more="&filter[priority]=1&facets=true&page[size]=7")
    assert [list(one) for one in query["filter"]["and"]] == [["and"], ["and"]]
    assert (query["facets"], query["size"]) == (True, 7)


@pytest.mark.parametrize(
    ("q", "kind"), [("type:ticket", "ticket"), ("-type:ticket", "article"), ("type:article,ticket", None)]
)
async def test_the_type_is_one_of_the_fields(gateway: World, q: str, kind: str | None) -> None:
    assert (await sent(gateway, f"vpn {q}")).get("type") == kind


async def test_types_that_exclude_each_other_find_nothing(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/search?q=type:article&type=ticket")
    assert answer.json()["data"] == []


async def test_a_team_and_a_person_are_found_by_name(gateway: World) -> None:
    assert conditions(await sent(gateway, "team:desk")) == [("team_id", "in", ["desk"])]
    assert conditions(await sent(gateway, "requester:rita")) == [("requester_id", "in", ["rita"])]


@pytest.mark.parametrize("q", ["team:desk", "assignee:alf", "requester:anna"])
async def test_requesters_learn_nothing_of_others(gateway: World, q: str) -> None:
    """The answer is the same for a name that there is and for one that there is not."""
    name = q.partition(":")[2]
    known, unknown = [
        await gateway.ask("GET", f"/api/v1/search?q={one}", "rita") for one in (q, q.replace(name, "nobody-knows"))
    ]
    assert (known.status_code, unknown.status_code) == (400, 400)
    assert known.text.replace(name, "nobody-knows") == unknown.text.replace(
        unknown.json()["request_id"], known.json()["request_id"]
    )
    assert conditions(await sent(gateway, "requester:me", "rita")) == [("requester_id", "in", ["rita"])]


async def test_an_error_names_the_word_and_what_is_possible(gateway: World) -> None:
    answer = (await gateway.ask("GET", "/api/v1/search?q=vpn+state:opne")).json()
    assert (answer["code"], answer["reason"]) == ("invalid_filter", "query_value_unknown")
    assert answer["params"]["value"] == "opne"
    assert "pending" in answer["params"]["values"]
    assert answer["errors"][0]["parameter"] == "q"
    team = (await gateway.ask("GET", "/api/v1/search?q=team:dsk")).json()
    assert "desk" in [name.lower() for name in team["params"]["values"]]
