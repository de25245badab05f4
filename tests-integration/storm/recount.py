"""Counts everything again from the log and the documents, and names what differs in the stores of the services."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from harness.api import Api, wait_for
from harness.truth import Document, Truth

from storm.ledger import Ledger
from storm.world import World

ANALYSED = ("state", "priority", "team_id", "assignee_id", "requester_id", "tags")


def history(truth: Truth) -> Iterator[str]:
    """Folds the changes of the log, which must lead to the documents, each from where the one before it ended."""
    folded: dict[str, Document] = {}
    for row in truth.log():
        fields = folded.setdefault(row["subject"], {})
        for name, (before, after) in row["data"]["changes"].items():
            if _bare(fields.get(name)) != _bare(before):
                yield f"{row['_id']}: {name} was {fields.get(name)}, and not {before}"
            fields[name] = after
    for one in truth.tickets().values():
        different = [name for name, value in folded[one["_id"]].items() if _bare(one.get(name)) != _bare(value)]
        if different:
            yield f"{one['number']}: {different}"


def _bare(value: Any) -> Any:
    """An absent list is an empty one."""
    return value or None


def shown_history(truth: Truth, urls: tuple[str, str], key: str, most: int = 30) -> Iterator[str]:
    """Reads the events of the newest tickets through both gateways."""
    for number, ticket in sorted(truth.tickets().items(), key=lambda pair: -pair[1]["serial"])[:most]:
        for url in urls:
            with Api(url, key) as api:
                shown = [one["sequence"] for one in api.all(f"/tickets/{number}/events")]
            if shown != list(range(1, ticket["version"] + 1)):
                yield f"{number} at {url}: {shown} of {ticket['version']}"


def index(world: World) -> Iterator[str]:
    """Compares Elasticsearch with the search documents, and these with the articles."""
    alias = f"{world.servers.elasticsearch.url}/{world.system.environment['TRACKLINE_INDEX_PREFIX']}-search"
    httpx.post(f"{alias}/_refresh", timeout=60).raise_for_status()
    wanted = {"size": "10000", "version": "true", "_source": "false"}
    hits = httpx.get(f"{alias}/_search", params=wanted, timeout=60).raise_for_status().json()["hits"]["hits"]
    knowledge = world.truth.database("knowledge")
    documents = {one["_id"]: one for one in knowledge.search_documents.find({"type": {"$exists": True}})}
    yield from differences({one["_id"]: one["_version"] for one in hits}, _take(documents, "rev"))
    articles = {f"article:{one['_id']}": one["version"] for one in knowledge.articles.find()}
    yield from differences({key: v for key, v in _take(documents, "sequence").items() if key in articles}, articles)


def facts(truth: Truth) -> Iterator[str]:
    """Compares the facts of analytics with the tickets."""
    database = truth.database("analytics")
    state = database.generations.find_one({"_id": "facts"}) or {}
    stored = {one["_id"]: one for one in database[f"facts_{state['live']}"].find({"state": {"$exists": True}})}
    tickets = {one["_id"]: one for one in truth.tickets().values()}
    yield from differences(_take(stored, "applied"), _take(tickets, "version"))
    for name in ANALYSED:
        yield from differences(
            {key: _bare(one.get(name)) for key, one in stored.items()},
            {key: _bare(one.get(name)) for key, one in tickets.items()},
        )


def rebuilt_facts(truth: Truth, admin: Api, until: str) -> Iterator[str]:
    """Lets analytics count everything again from the log, in new facts that have seen no storm."""
    live, generations = _summary(admin, until), truth.database("analytics").generations
    wait_for(lambda: (generations.find_one() or {})["building"] is None, 120)
    before = (generations.find_one() or {})["live"]
    admin.post("/analytics/rebuild", {})
    wait_for(lambda: (generations.find_one() or {})["live"] > before, 120)
    if _summary(admin, until) != live:
        yield f"{live} became {_summary(admin, until)}"


def _summary(admin: Api, until: str) -> Any:
    period = {"from": "2020-01-01T00:00:00Z", "to": until}
    found = admin.get("/analytics/summary", group_by="priority,team_id", **period)
    return {"total": found["total"], "groups": found["groups"]}


def removed(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """Nothing is left of the tickets that were removed."""
    gone = [id for one in ledger.of("acknowledged") if one.kind == "purge" for id in one.subjects[1:]]
    database, typed = truth.database, {"type": {"$exists": True}}
    places: Mapping[str, int] = {
        "tickets": database("tickets").tickets.count_documents({"_id": {"$in": gone}}),
        "log": database("tickets").ticket_events.count_documents({"subject": {"$in": gone}}),
        "search": database("knowledge").search_documents.count_documents(
            {"_id": {"$in": [f"ticket:{one}" for one in gone]}, **typed}
        ),
        "inbox": database("notifications").inbox.count_documents({"ticket_id": {"$in": gone}}),
        "mail": database("notifications").deliveries.count_documents({"ticket_id": {"$in": gone}}),
    }
    yield from (f"{count} in {place}" for place, count in places.items() if count)


def _take(documents: Mapping[str, Document], name: str) -> dict[str, Any]:
    return {key: one[name] for key, one in documents.items()}


def differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for key in found.keys() | expected.keys():
        if found.get(key) != expected.get(key):
            yield f"{key} is {found.get(key)}, and not {expected.get(key)}"
