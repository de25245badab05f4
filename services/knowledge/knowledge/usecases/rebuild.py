"""Filling a new index beside the one that answers, and putting it in its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from knowledge.domain.job import Job
from knowledge.usecases.index import deliver
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, IndexWriter, Jobs, Projection

# Few enough that searches in the same process do not wait long for their turn.
AT_ONCE = 100
# Longer than any search that has begun on the old index.
GRACE = timedelta(seconds=5)


class Rebuild:
    """The indexer sends every change to both indices meanwhile. Each step may be done twice, also by two at once."""

    def __init__(self, projection: Projection, writer: IndexWriter, jobs: Jobs, now: Callable[[], datetime]) -> None:
        self._projection = projection
        self._writer = writer
        self._jobs = jobs
        self._now = now

    def begin(self) -> Job:
        """The one that is under way, where there is one."""
        now, total = self._now(), self._projection.counts().documents
        return self._jobs.begin(Job(uuid4().hex, "rebuild", "filling", now, now, total))

    def step(self, job: Job) -> Job:
        """Raises IndexUnavailable: then the same step is to be done again."""
        match job.phase:
            case "swapping":
                return self._swapped(job)
            case "removing":
                return self._removed(job)
            case _:
                return self._filled(job)

    def _filled(self, job: Job) -> Job:
        indices = self._writer.indices()
        if indices.next != job.id:
            self._writer.create(job.id)
            return self._from_start(job)
        documents = self._projection.after(job.position, AT_ONCE)
        if documents:
            sent = deliver(self._projection, self._writer, documents, "next")
            if len(sent.taken) + len(sent.refused) < len(documents):
                raise IndexUnavailable("Elasticsearch did not take all of the documents")
            return replace(job, position=documents[-1]["_id"], done=job.done + len(documents))
        if indices.current and self._projection.awaited():
            return job if job.phase == "waiting" else job.entered("waiting", self._now())
        return job.entered("swapping", self._now(), old=indices.current)

    def _from_start(self, job: Job) -> Job:
        total = self._projection.counts().documents
        return job.entered("filling", self._now(), position="", done=0, total=total)

    def _swapped(self, job: Job) -> Job:
        try:
            self._writer.swap(job.id)
        except IndexMissing:
            return self._from_start(job)
        return job.entered("removing", self._now())

    def _removed(self, job: Job) -> Job:
        if job.old is None or job.old == job.id:
            return job.entered("done", self._now())
        if self._now() - job.changed_at < GRACE:
            return job
        self._writer.remove(job.old)
        return job.entered("done", self._now())
