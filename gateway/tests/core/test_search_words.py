"""The fields that a search over HTTP may name, besides its words."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from .fakes import person
from .gateways import World


async def sent(gateway: World, q: str, who: str = "alf", more: str = "") -> dict[str, Any]:
    """Returns the first query. Another one may follow, for the text as words."""
    gateway.rpc.calls.clear()
    answer = await gateway.ask("GET", f"/api/v1/search?q={quote(q)}{more}", who)
    assert answer.status_code == 200, answer.text
    return next(arguments["query"] for name, arguments, _ in gateway.rpc.calls if name == "knowledge.search")


def hit(key: str, title: str) -> dict[str, Any]:
    at = "2026-01-01T00:00:00Z"
    found = {"type": "ticket", "id": key, "number": "INC-1", "state": "open", "updated_at": at}
    return {**found, "title": [{"text": title[:3], "hit": True}, {"text": title[3:]}]}


def conditions(query: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(one["field"], one["op"], one["value"]) for one in query["filter"]["and"]]


async def test_a_query_of_words_is_sent_as_it_is(gateway: World) -> None:
    query = await sent(gateway, "http://vpn.example: error 0x80070005 -20 Re: [INC-1042]")
    assert query["q"] == "http://vpn.example: error 0x80070005 -20 Re: [INC-1042]"
    assert query["filter"] is None
    assert not {"phrases", "without"} & query.keys()


@pytest.mark.parametrize(
    ("q", "why", "parts"),
    [
        ("Team:Meeting startet nicht", "refused", ["Team:Meeting"]),
        ("Requester:John Smith cannot log in", "refused", ["Requester:John"]),
        ("Assignee:missing in form", "refused", ["Assignee:missing"]),
        ("Category:Printers printer offline", "refused", ["Category:Printers"]),
        ("Update:2024-10 schlägt fehl", "refused", ["Update:2024-10"]),
        ("Status:404 on login", "refused", ["Status:404"]),
        ("created:2026-02-30 -mouse", "refused", ["created:2026-02-30", "-mouse"]),
        ("state:opne", "refused", ["state:opne"]),
        ("Category:Network printer offline", "nothing", ["Category:Network"]),
        ("Priority:High VPN down", "nothing", ["Priority:High"]),
        ("Location:Berlin no internet", "nothing", ["Location:Berlin"]),
        ("Tag:Montag Drucker defekt", "nothing", ["Tag:Montag"]),
        ("Channel:Mail is broken", "nothing", ["Channel:Mail"]),
        ("Last:Agent wrote nothing", "nothing", ["Last:Agent"]),
        ('"paper jam" since Monday', "nothing", ['"paper jam"']),
        ("-Outlook startet nicht", "title", ["-Outlook"]),
        ("Outlook -Fehler  0x80040610", "title", ["-Fehler"]),
        ("-Drucker defekt- bitte prüfen", "title", ["-Drucker"]),
        ("vpn -langsam- SEIT gestern", "title", ["-langsam-"]),
    ],
)
async def test_a_text_that_is_no_query_is_searched_as_words(gateway: World, q: str, why: str, parts: list[str]) -> None:
    """`nothing` matches as a query; a `title` is found by its words only, while the query finds others."""
    words = " ".join(q.split())

    def find(arguments: Any) -> Any:
        query = arguments["query"]
        own, other = hit("own", words.replace("SEIT", "seit")), hit("other", "Another title")
        if " ".join(query["q"].split()) == words and not {"filter", "phrases", "without"} & {
            name for name in query if query[name]
        }:
            return {"items": [other, own]}
        return {"items": [other] if why == "title" else []}

    gateway.rpc.answers["knowledge.search"] = find
    found = (await gateway.ask("GET", f"/api/v1/search?q={quote(q)}")).json()
    assert [one["id"] for one in found["data"]] == ["other", "own"]
    told = found["meta"]["read_as_words"]
    assert (told["why"], told["parts"]) == (why, parts)
    assert bool(told["detail"]) is (why == "refused")


@pytest.mark.parametrize(
    "q",
    [
        "vpn drops",
        "http://vpn.example: error:0x8",
        "state:open",
        "-toner",
        "printer state:open",
        "Teams:Meeting",
        '"paper jam"',
        '"paper jam" state:open -toner',
    ],
)
async def test_a_query_is_not_searched_as_words(gateway: World, q: str) -> None:
    """Words are words, what finds something counts, and a query of nothing but filters has no words."""
    gateway.rpc.answers["knowledge.search"] = {"items": [hit("one", "Printer")] if "printer" in q else []}
    found = (await gateway.ask("GET", f"/api/v1/search?q={quote(q)}")).json()
    assert found["meta"]["read_as_words"] is None


async def test_both_readings_are_searched_at_the_same_time(gateway: World, monkeypatch: pytest.MonkeyPatch) -> None:
    both, call = asyncio.Barrier(2), gateway.rpc.call

    async def meet(service: str, method: str, *arguments: Any, **more: Any) -> Any:
        if method == "search":
            await asyncio.wait_for(both.wait(), 5)
        return await call(service, method, *arguments, **more)

    monkeypatch.setattr(gateway.rpc, "call", meet)
    assert (await gateway.ask("GET", "/api/v1/search?q=printer+state:open")).status_code == 200


async def test_the_next_page_is_read_as_the_first(gateway: World) -> None:
    def find(arguments: Any) -> Any:
        as_words = arguments["query"]["q"] == "Priority:High VPN"
        return {"items": [hit("one", "VPN")], "after": "x"} if as_words else {"items": []}

    gateway.rpc.answers["knowledge.search"] = find
    found = (await gateway.ask("GET", "/api/v1/search?q=Priority:High+VPN&page[after]=abc")).json()
    assert found["meta"]["read_as_words"]["why"] == "nothing"
    assert (gateway.rpc.sent("knowledge.search")["query"]["after"], found["data"][0]["id"]) == ("abc", "one")


@pytest.mark.parametrize("more", ["filter[priority]=high", "filter[nowhere]=1", "type=letter"])
async def test_a_parameter_is_never_read_as_words(gateway: World, more: str) -> None:
    answer = await gateway.ask("GET", f"/api/v1/search?q=vpn&{more}")
    assert answer.status_code in (400, 422)


async def test_words_keep_the_filter_of_the_parameters(gateway: World) -> None:
    query = await sent(gateway, "Team:Meeting startet nicht", more="&filter[priority]=1&type=ticket")
    assert (query["q"], query["type"], query["filter"]) == (
        "Team:Meeting startet nicht",
        "ticket",
        {"and": [{"field": "priority", "op": "in", "value": [1]}]},
    )


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
    assert known.json()["meta"]["read_as_words"]["why"] == "refused"
    assert known.text.replace(name, "nobody-knows") == unknown.text
    assert conditions(await sent(gateway, "requester:me", "rita")) == [("requester_id", "in", ["rita"])]


async def test_a_refusal_names_the_word_and_what_is_possible(gateway: World) -> None:
    async def detail(q: str) -> str:
        answer = await gateway.ask("GET", f"/api/v1/search?q={quote(q)}")
        return str(answer.json()["meta"]["read_as_words"]["detail"])

    assert "“opne” is not understood after “state:”. Possible: new, open, pending" in await detail("vpn state:opne")
    assert "desk" in (await detail("team:dsk")).lower()
    assert "Did you mean “assignee”?" in await detail("asignee:me")
