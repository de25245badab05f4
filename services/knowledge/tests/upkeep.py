"""The loops that keep an index, turned by hand."""

from dataclasses import replace

from elasticsearch import Elasticsearch

from knowledge.domain.job import Kind
from knowledge.usecases import worker
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.indexer import Indexer
from knowledge.usecases.ports import IndexWriter, JobStore, Ports

from .fakes import FakeClock


class Upkeep:
    """`ports` are those of a world, but for the jobs and the index."""

    def __init__(self, ports: Ports, writer: IndexWriter, jobs: JobStore, clock: FakeClock) -> None:
        self.ports = replace(ports, index=writer, jobs=jobs)
        self.writer, self.jobs, self.clock = writer, jobs, clock
        self.breaker = Breaker(clock.monotonic)
        self.indexer = Indexer(self.ports, self.breaker)

    def work(self) -> bool:
        return worker.turn(self.ports)

    def settle(self) -> None:
        """Until every change is in an index that answers."""
        for _ in range(10):
            self.indexer.turn()
        while self.ports.documents.counts().dirty or self._filling():
            self.work()
            self.indexer.turn()

    def _filling(self) -> bool:
        job = self.jobs.latest("rebuild")
        return job is not None and job.phase not in ("removing", "done")

    def finish(self) -> None:
        """Until no job is under way; the time that one waits for passes."""
        kinds: tuple[Kind, ...] = ("rebuild", "reconcile")
        while any(job and not job.finished_at for job in map(self.jobs.latest, kinds)):
            if not self.work():
                self.clock.forward(1)


def drop_indices(elastic: Elasticsearch, alias: str) -> None:
    for index in elastic.indices.get(index=f"{alias}-*"):
        elastic.indices.delete(index=index)
