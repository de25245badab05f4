"""A rebuild by two replicas while people search and write: no search fails or misses a hit, and no change is lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.domain.document import Document
from knowledge.usecases import rebuild
from knowledge.usecases.search import search
from trackline_schemas.context import CallContext
from trackline_schemas.search import SearchJob, SearchQuery

from .running import Running, until
from .samples import ADMIN, AGENT, purge_event, ticket_event
from .world import numbers

TICKETS = 80
STEADY = {f"INC-{n}" for n in range(TICKETS) if n % 10 == 1}


@pytest.fixture
def both(replicas: list[Running], monkeypatch: pytest.MonkeyPatch) -> list[Running]:
    """Two replicas, with tickets that have a common word and do not change."""
    running = replicas[0]
    steady = {number: "steady" if number in STEADY else "words" for number in (f"INC-{n}" for n in range(TICKETS))}
    running.hear(*(ticket_event(f"t{n:03}", 1, steady[f"INC-{n}"], number=f"INC-{n}") for n in range(TICKETS)))
    until(lambda: running.dirty() == 0 and running.job("rebuild").phase == "done")
    until(lambda: numbers(running.search("steady")) and not running.search("steady").degraded)
    # From now on a rebuild of few documents takes many steps.
    monkeypatch.setattr(rebuild, "AT_ONCE", 10)
    monkeypatch.setattr(rebuild, "GRACE", timedelta(seconds=1))
    return replicas


class Watch:
    """Searches continuously. `problems` has the failures and the missing hits."""

    def __init__(self, running: Running, *, degraded: bool = False) -> None:
        self.problems: list[str] = []
        self.searches = 0
        self._running = running
        self._degraded = degraded
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        query = SearchQuery(q="steady", size=100)
        while not self._stop.wait(0.01):
            self.searches += 1
            try:
                found = search(self._running.ports, query, AGENT)
            except Exception as error:
                self.problems.append(repr(error))
                continue
            if set(numbers(found)) != STEADY or (found.degraded and not self._degraded):
                self.problems.append(f"degraded: {found.degraded}, missing: {STEADY - set(numbers(found))}")

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)


@contextmanager
def written(running: Running) -> Iterator[set[str]]:
    """Opens, changes and purges tickets continuously. Yields the numbers of the new ones."""
    stop, new = threading.Event(), set[str]()

    def write() -> None:
        for turn in count():
            if stop.wait(0.05):
                return
            new.add(f"INC-{1000 + turn}")
            running.hear(
                ticket_event(new_id(turn), 1, "fresh", number=f"INC-{1000 + turn}"),
                ticket_event(f"t{turn * 10 % TICKETS:03}", turn + 2, title=f"Changed {turn}", number="INC-0"),
            )
            if turn == 5:
                running.hear(purge_event("t002", 2), purge_event("t072", 2))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield new
    finally:
        stop.set()
        thread.join(10)


def new_id(turn: int) -> str:
    """Spreads the new tickets over the others, as random ids are. In rising order, a rebuild would run after them."""
    return f"t{turn * 37 % TICKETS:03}-{turn}"


def done(replica: Running) -> SearchJob | None:
    job = replica.job("rebuild")
    return job if job.phase == "done" else None


def agree(running: Running, store: Database[Document], elastic: Elasticsearch, new: set[str]) -> None:
    """Checks that only one index is left, and that it has the documents of the store."""
    until(lambda: running.dirty() == 0)
    [index] = elastic.indices.get(index=f"{running.alias}-*")
    elastic.indices.refresh(index=index)
    held = elastic.search(index=running.alias, size=5000, version=True)["hits"]["hits"]
    rows = store["search_documents"].find({"type": {"$exists": True}})
    assert {row["_id"]: (row["_version"], row["_source"]["title"]) for row in held} == {
        row["_id"]: (row["rev"], row["title"]) for row in rows
    }
    assert new <= {row["_source"]["number"] for row in held}
    assert not {"ticket:t002", "ticket:t072"} & {row["_id"] for row in held}


def test_while_people_search_and_write(both: list[Running], store: Database[Document], elastic: Elasticsearch) -> None:
    running, other = both
    [old] = elastic.indices.get(index=f"{running.alias}-*")
    with Watch(running) as watch, written(other) as new:
        asked = [rebuild.rebuild(replica.ports, CallContext(viewer=ADMIN)).job_id for replica in both]
        assert asked[0] == asked[1]
        until(lambda: running.job("rebuild").documents > 20)
        until(lambda: done(other))
    assert watch.problems == []
    assert watch.searches > 5
    assert running.job("rebuild").job_id == asked[0]
    assert old not in elastic.indices.get(index=f"{running.alias}-*")
    agree(running, store, elastic, new)


def test_elasticsearch_away_in_the_middle_only_delays_it(
    both: list[Running], store: Database[Document], elastic: Elasticsearch
) -> None:
    running, other = both
    with Watch(running, degraded=True) as watch, written(other) as new:
        job = rebuild.rebuild(running.ports, CallContext(viewer=ADMIN))
        until(lambda: running.job("rebuild").documents > 20)
        running.switch.off()
        until(lambda: running.search("steady").degraded)
        assert running.job("rebuild").phase == "filling"
        running.switch.on()
        until(lambda: done(running))
    assert watch.problems == []
    assert running.job("rebuild").job_id == job.job_id
    agree(running, store, elastic, new)
