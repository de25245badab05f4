"""Runs a replica of the whole service except the bus, in threads, with a connection to Elasticsearch that can be
cut."""

import threading
import time
from collections.abc import Callable

from pymongo.database import Database

from knowledge.bootstrap import assemble
from knowledge.domain.document import Document
from knowledge.settings import Settings
from knowledge.usecases.consume import consume
from knowledge.usecases.ports import Ports
from knowledge.usecases.search import search
from knowledge.usecases.status import status
from trackline_schemas.events import Event
from trackline_schemas.search import SearchJob, SearchQuery, SearchResults

from .samples import ADMIN, AGENT
from .switch import Switch
from .world import numbers

# On a busy machine an answer may take longer than users should wait. The tests are about what is found, not how soon.
PATIENCE = 30.0


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


class Running:
    """One of several replicas. `asked` has the events that all of them published."""

    def __init__(self, store: Database[Document], switch: Switch, prefix: str, asked: list[Event]) -> None:
        self.asked = asked
        self.switch = switch
        self.alias = f"{prefix}-search"
        settings = Settings(
            elasticsearch_url=f"http://127.0.0.1:{switch.port}",
            index_prefix=prefix,
            search_timeout_seconds=PATIENCE,
        )
        self.ports: Ports
        self.ports, loops = assemble(settings, store, self._publish)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=loop, args=(self._stop,)) for loop in loops]
        for thread in self._threads:
            thread.start()

    def _publish(self, event: Event) -> bool:
        self.asked.append(event)
        return True

    def hear(self, *events: Event) -> None:
        consume(self.ports, events)

    def search(self, q: str) -> SearchResults:
        return search(self.ports, SearchQuery(q=q), AGENT)

    def finds(self, q: str, *expected: str, degraded: bool = False) -> Callable[[], bool]:
        def holds() -> bool:
            results = self.search(q)
            return results.degraded == degraded and set(numbers(results)) == set(expected)

        return holds

    def job(self, kind: str) -> SearchJob:
        """Returns the latest job of the kind."""
        return next(job for job in status(self.ports, ADMIN).jobs if job.kind == kind)

    def dirty(self) -> int:
        return status(self.ports, ADMIN).dirty

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
