"""Brings Elasticsearch up to date with the search documents, now and after any outage: it is one loop."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from knowledge import metrics
from knowledge.domain.document import Document
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.ports import IndexState, IndexUnavailable, IndexWriter, Projection, Stop

log = structlog.get_logger()

AT_ONCE = 500
PAUSE = 0.2
LONGEST_PAUSE = 5.0
TURNS_BETWEEN_LOOKS = 10


class Indexer:
    """Runs on every replica: the index keeps the highest `rev`, whoever sends it."""

    def __init__(
        self, projection: Projection, writer: IndexWriter, breaker: Breaker, now: Callable[[], datetime]
    ) -> None:
        self._projection = projection
        self._writer = writer
        self._breaker = breaker
        self._now = now
        self._state: IndexState = "missing"
        self._turns = 0

    def run(self, stop: Stop) -> None:
        pause = PAUSE
        while not stop.wait(pause):
            try:
                pause = self.turn()
            except IndexUnavailable as error:
                log.warning("index_unavailable", error=str(error))
                pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)

    def turn(self) -> float:
        """One batch; returns the seconds to wait before the next. Raises IndexUnavailable."""
        try:
            self._look()
            full = self._send()
        except IndexUnavailable:
            self._state = "missing"
            self._breaker.failed()
            raise
        self._breaker.worked()
        return 0.0 if full else PAUSE

    def _look(self) -> None:
        self._turns += 1
        if self._state == "ready" and self._turns % TURNS_BETWEEN_LOOKS:
            return
        self._state = self._writer.state()
        if self._state == "missing":
            # Before the index exists: after it, a crash in between would leave an empty index and nothing dirty.
            self._projection.dirty_all(self._now())
            self._writer.create()
            self._state = "filling"
            log.info("index_created")

    def _send(self) -> bool:
        waiting = list(self._projection.dirty(AT_ONCE))
        done = self._sent(waiting) if waiting else 0
        if self._state == "filling" and done == len(waiting) < AT_ONCE:
            self._writer.publish()
            self._state = "ready"
        return len(waiting) == AT_ONCE

    def _sent(self, waiting: Sequence[Document]) -> int:
        sent = self._writer.send(waiting)
        self._projection.clear(sent.taken)
        if sent.refused:
            log.error("index_refused", documents=dict(sent.refused))
            metrics.REFUSED.inc(len(sent.refused))
            self._projection.refused(sent.refused)
        done = len(sent.taken) + len(sent.refused)
        if not done:
            raise IndexUnavailable("Elasticsearch took none of the documents")
        return done


def measure(projection: Projection, now: Callable[[], datetime]) -> Callable[[Stop], None]:
    """A loop that keeps the gauges of the projection."""

    def run(stop: Stop) -> None:
        while not stop.wait(2.0):
            counts = projection.counts()
            metrics.DOCUMENTS.set(counts.documents)
            metrics.DIRTY.set(counts.dirty)
            metrics.LAG.set((now() - counts.oldest_dirty).total_seconds() if counts.oldest_dirty else 0.0)

    return run
