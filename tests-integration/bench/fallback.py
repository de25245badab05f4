"""Measures searches without Elasticsearch over BENCH_TICKETS tickets, one at a time: by an agent and by a requester.

The use case runs in this process on the store of the service. For each search by one word it counts the tickets that
the reader may read and whose text has the word, and how many of them the search did not find.
"""

import statistics
import sys
import time
from types import SimpleNamespace
from typing import Any

from harness.api import Api

from bench import data, desk
from bench.search import WORDS
from knowledge.adapters.search import MongoSearch
from knowledge.adapters.team import MongoTeams
from knowledge.usecases.search import search
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_local.system import System
from trackline_schemas.search import SearchQuery
from trackline_schemas.viewer import Viewer

ROUNDS = 5
PAGE = 100


def main() -> None:
    with data.measured() as place:
        ports = connect(place.system)
        for name, who in {"agent": place.agent, "requester": place.requester}.items():
            viewer = Viewer(id=who.me["id"], teams=dict.fromkeys(place.teams, "reply") if name == "agent" else {})
            times = {q: [_seconds(ports, q, viewer) for _ in range(ROUNDS)] for q in WORDS}
            every = sorted(one for seconds in times.values() for one in seconds)
            _say(f"{name}: p50 {statistics.median(every) * 1000:.0f} ms, longest {every[-1] * 1000:.0f} ms")
            for q, seconds in times.items():
                _say(f"  {q:28} {statistics.median(seconds) * 1000:5.0f} ms, {_hits(ports, q, viewer, who)}")


def connect(system: System) -> Any:
    backends = system.backends
    settings = ChassisSettings(
        amqp_url=backends.amqp_url, mongodb_url=backends.mongodb_url, database_prefix=desk.DATABASE
    )
    store = database(settings, "knowledge")
    return SimpleNamespace(search=MongoSearch(store), teams=MongoTeams(store, time.monotonic), store=store)


def _seconds(ports: Any, q: str, viewer: Viewer) -> float:
    began = time.perf_counter()
    search(ports, SearchQuery(q=q), viewer)
    return time.perf_counter() - began


def _hits(ports: Any, q: str, viewer: Viewer, who: Api) -> str:
    """Counts over all pages. For a requester, it also counts which of their tickets with all the words are absent."""
    found, after = set[str](), None
    while True:
        page = search(ports, SearchQuery(q=q, size=PAGE, after=after, type="ticket"), viewer)
        found |= {hit.id for hit in page.items}
        if (after := page.after) is None:
            break
    if viewer.teams:
        return f"{len(found)} tickets"
    words = q.lower().split()
    own = ports.store["search_documents"].find({"requester_id": who.me["id"]})
    meant = {row["id"] for row in own if all(word in _public_text(row) for word in words)}
    return f"{len(found)} tickets, {len(meant - found)} of {len(meant)} missing"


def _public_text(row: dict[str, Any]) -> str:
    told = [
        row["title"],
        row["number"],
        row.get("body"),
        row.get("resolution"),
        *(one["text"] for one in row["public"]),
    ]
    return " ".join(filter(None, told)).lower()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
