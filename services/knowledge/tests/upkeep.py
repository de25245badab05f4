"""The loops that keep an index, turned by hand."""

from elasticsearch import Elasticsearch

from knowledge.domain.job import Kind
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.indexer import Indexer
from knowledge.usecases.job import Worker
from knowledge.usecases.ports import IndexWriter, Jobs, Projection
from knowledge.usecases.rebuild import Rebuild
from knowledge.usecases.reconcile import Reconcile

from .fakes import FakeClock


class Upkeep:
    def __init__(
        self, projection: Projection, writer: IndexWriter, jobs: Jobs, clock: FakeClock, breaker: Breaker | None = None
    ) -> None:
        self.projection, self.writer, self.jobs, self.clock = projection, writer, jobs, clock
        self.breaker = breaker or Breaker(clock.monotonic)
        self.rebuild = Rebuild(projection, writer, jobs, clock)
        self.reconcile = Reconcile(projection, writer, jobs, clock)
        self.indexer = Indexer(projection, writer, self.breaker, self.rebuild)
        self.worker = Worker(jobs, {"rebuild": self.rebuild.step, "reconcile": self.reconcile.step}, clock)

    def settle(self) -> None:
        """Until every change is in an index that answers."""
        for _ in range(10):
            self.indexer.turn()
        while self.projection.counts().dirty or self._filling():
            self.worker.turn()
            self.indexer.turn()

    def _filling(self) -> bool:
        job = self.jobs.latest("rebuild")
        return job is not None and job.phase not in ("removing", "done")

    def finish(self) -> None:
        """Until no job is under way; the time that one waits for passes."""
        kinds: tuple[Kind, ...] = ("rebuild", "reconcile")
        while any(job and not job.finished_at for job in map(self.jobs.latest, kinds)):
            if not self.worker.turn():
                self.clock.forward(1)


def drop_indices(elastic: Elasticsearch, alias: str) -> None:
    for index in elastic.indices.get(index=f"{alias}-*"):
        elastic.indices.delete(index=index)
