"""Brings Elasticsearch up to date with the search documents, now and after any outage: it is one loop."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from knowledge import metrics
from knowledge.domain.document import Document
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.index import deliver
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, IndexWriter, Jobs, Projection, Stop, Target
from knowledge.usecases.rebuild import Rebuild

log = structlog.get_logger()

AT_ONCE = 500
PAUSE = 0.1
LONGEST_PAUSE = 5.0
TURNS_BETWEEN_LOOKS = 10


class Indexer:
    """Runs on every replica: the index keeps the highest `rev`, whoever sends it."""

    def __init__(self, projection: Projection, writer: IndexWriter, breaker: Breaker, rebuild: Rebuild) -> None:
        self._projection = projection
        self._writer = writer
        self._breaker = breaker
        self._rebuild = rebuild
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
        waiting = list(self._projection.dirty(AT_ONCE))
        self._turns += 1
        if not waiting and self._turns % TURNS_BETWEEN_LOOKS != 1:
            return PAUSE
        try:
            sent = self._send(waiting)
        except IndexMissing:
            # Swapped since it was looked up, or lost: the next turn will know.
            return PAUSE
        except IndexUnavailable:
            self._breaker.failed()
            raise
        self._breaker.worked()
        return 0.0 if sent and len(waiting) == AT_ONCE else PAUSE

    def _send(self, waiting: Sequence[Document]) -> bool:
        # Looked up after the documents were read: a next index that came later is filled from what they are by now.
        indices = self._writer.indices()
        if indices.current is None:
            self._rebuild.begin()
        named: dict[Target, str | None] = {"next": indices.next, "current": indices.current}
        targets = [target for target, name in named.items() if name]
        if not waiting or not targets:
            return False
        done = [deliver(self._projection, self._writer, waiting, target) for target in targets]
        taken = {key: rev for key, rev in done[0].taken.items() if all(key in one.taken for one in done)}
        self._projection.clear(taken)
        if not (taken or any(one.refused for one in done)):
            raise IndexUnavailable("Elasticsearch took none of the documents")
        return True


def measure(projection: Projection, jobs: Jobs, now: Callable[[], datetime]) -> Callable[[Stop], None]:
    """A loop that keeps the gauges of the projection."""

    def run(stop: Stop) -> None:
        while not stop.wait(2.0):
            counts = projection.counts()
            metrics.DOCUMENTS.set(counts.documents)
            metrics.DIRTY.set(counts.dirty)
            metrics.LAG.set((now() - counts.oldest_dirty).total_seconds() if counts.oldest_dirty else 0.0)
            rebuild = jobs.latest("rebuild")
            metrics.REBUILDING.set(rebuild is not None and rebuild.finished_at is None)

    return run
