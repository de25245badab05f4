"""The whole service but for the bus, while Elasticsearch goes away and comes back."""

import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.bootstrap import Knowledge, assemble
from knowledge.domain.document import Document
from knowledge.settings import Settings
from trackline_schemas.articles import CreateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.search import SearchQuery, SearchResults

from .samples import ADMIN, AGENT, replay_finished, team_event, ticket_event
from .switch import Switch
from .world import numbers


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


class Running:
    def __init__(self, store: Database[Document], switch: Switch, prefix: str) -> None:
        self.asked: list[Event] = []
        self.switch = switch
        self.alias = f"{prefix}-search"
        settings = Settings(elasticsearch_url=f"http://127.0.0.1:{switch.port}", index_prefix=prefix)
        self.app: Knowledge
        self.app, loops = assemble(settings, store, self._publish)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=loop, args=(self._stop,)) for loop in loops]
        for thread in self._threads:
            thread.start()

    def _publish(self, event: Event) -> bool:
        self.asked.append(event)
        return True

    def hear(self, *events: Event) -> None:
        self.app.projector.consume(events)

    def search(self, q: str) -> SearchResults:
        return self.app.search.search(SearchQuery(q=q), AGENT)

    def finds(self, q: str, *expected: str, degraded: bool = False) -> Callable[[], bool]:
        def holds() -> bool:
            results = self.search(q)
            return results.degraded == degraded and set(numbers(results)) == set(expected)

        return holds

    def dirty(self) -> int:
        return self.app.operating.status(ADMIN).dirty

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def running(store: Database[Document], elastic: Elasticsearch, elastic_url: str) -> Iterator[Running]:
    address = urlsplit(elastic_url)
    assert address.hostname
    assert address.port
    switch = Switch(address.hostname, address.port)
    prefix = f"test-knowledge-{uuid4().hex[:8]}"
    service = Running(store, switch, prefix)
    service.hear(team_event("network", 1, False))
    yield service
    service.end()
    switch.off()
    elastic.indices.delete(index=f"{prefix}-search-1", ignore_unavailable=True)


def test_degraded_while_it_is_away_and_caught_up_when_it_is_back(running: Running) -> None:
    running.hear(ticket_event("t1", 1, "The modem is silent", number="INC-1"))
    until(running.finds("modem", "INC-1"))
    until(lambda: running.dirty() == 0)

    running.switch.off()
    running.hear(*(ticket_event(f"t{n}", 1, "The modem hums", number=f"INC-{n}") for n in (2, 3)))
    running.app.articles.create(CreateArticle(title="Modem care", body="Dust it"), CallContext(viewer=AGENT))
    until(running.finds("modem", "INC-1", "INC-2", "INC-3", "KB-1001", degraded=True))
    until(lambda: running.dirty() == 3)
    started = time.monotonic()
    running.search("modem")
    assert time.monotonic() - started < 0.5
    assert running.app.operating.status(ADMIN).degraded

    running.switch.on()
    until(running.finds("modem", "INC-1", "INC-2", "INC-3", "KB-1001"))
    until(lambda: running.dirty() == 0)
    assert not running.app.operating.status(ADMIN).degraded


def test_a_new_empty_elasticsearch_is_filled_before_it_answers(running: Running, elastic: Elasticsearch) -> None:
    running.hear(*(ticket_event(f"t{n}", 1, "router", number=f"INC-{n}") for n in range(1, 6)))
    until(running.finds("router", *(f"INC-{n}" for n in range(1, 6))))
    elastic.indices.delete(index=f"{running.alias}-1")
    complete = {f"INC-{n}" for n in range(1, 6)}
    deadline = time.monotonic() + 20
    while (answer := running.search("router")).degraded or not elastic.indices.exists_alias(name=running.alias):
        assert set(numbers(answer)) == complete
        assert time.monotonic() < deadline
    until(running.finds("router", *complete))


def _alias(running: Running) -> str:
    return running.alias


def test_a_rebuild_asks_for_a_replay_and_ends_as_it_was(running: Running) -> None:
    events = [
        ticket_event("t1", 1, "The modem is silent", number="INC-1"),
        ticket_event("t1", 2, "Ask the zebra", "internal", number="INC-1", state="open"),
        ticket_event("t2", 1, "No paper", number="INC-2"),
    ]
    running.hear(*events)
    until(running.finds("zebra", "INC-1"))
    running.asked.clear()

    job = running.app.operating.rebuild(CallContext(viewer=ADMIN))
    [asked] = running.asked
    assert (asked.id, asked.data) == (job, {"consumer": "knowledge.events", "of": "tickets", "only": None})
    assert running.finds("zebra", "INC-1")()
    live = ticket_event("t3", 1, "A live one, paper again", number="INC-3")
    running.hear(live)
    running.hear(*(event.model_copy(update={"replay": True}) for event in events), replay_finished())
    until(running.finds("paper", "INC-2", "INC-3"))
    until(running.finds("zebra", "INC-1"))
    assert running.search("zebra").items[0].state == "open"
    until(lambda: running.dirty() == 0)
