"""What operators ask of search: how it is, and to build or mend it."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog

from knowledge.domain.job import Job
from knowledge.usecases.failover import Failover
from knowledge.usecases.ports import Jobs, Projection
from knowledge.usecases.rebuild import Rebuild
from knowledge.usecases.reconcile import Reconcile
from knowledge.usecases.replay import Replay
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.search import SearchJob, SearchStatus
from trackline_schemas.viewer import SYSTEM_ID, Viewer

log = structlog.get_logger()
T = TypeVar("T")


class Operating:
    """Without Elasticsearch there is nothing to `rebuild` or to `reconcile`."""

    def __init__(
        self,
        projection: Projection,
        index: Failover,
        jobs: Jobs,
        rebuild: Rebuild | None,
        reconcile: Reconcile | None,
        replay: Replay,
        now: Callable[[], datetime],
    ) -> None:
        self._projection = projection
        self._index = index
        self._jobs = jobs
        self._rebuild = rebuild
        self._reconcile = reconcile
        self._replay = replay
        self._now = now

    def status(self, viewer: Viewer) -> SearchStatus:
        if not (viewer.agent or viewer.id == SYSTEM_ID):
            raise ServiceError("forbidden", "The state of the search index is for agents.")
        counts = self._projection.counts()
        waited = self._now() - counts.oldest_dirty if counts.oldest_dirty else None
        jobs = [self._jobs.latest(kind) for kind in ("rebuild", "reconcile", "replay")]
        return SearchStatus(
            documents=counts.documents,
            dirty=counts.dirty,
            lag_seconds=max(waited.total_seconds(), 0.0) if waited else 0.0,
            degraded=self._index.degraded,
            jobs=[_view(job) for job in jobs if job],
        )

    def rebuild(self, context: CallContext) -> SearchJob:
        """A new index from the search documents, which then takes the place of the one that answers."""
        _check(context)
        return _begun(_there(self._rebuild).begin(), context)

    def reconcile(self, dry_run: bool, context: CallContext) -> SearchJob:
        """Compares the index with the search documents and mends it, but for a dry run."""
        _check(context)
        job = _there(self._reconcile).begin(dry_run=dry_run)
        if job.dry_run != dry_run:
            how = "without mending anything" if job.dry_run else "and mends"
            raise ServiceError("conflict", f"A comparison is under way, {how}. Wait for its end.")
        return _begun(job, context)

    def replay(self, context: CallContext) -> SearchJob:
        """The ticket documents anew, from the tickets' log."""
        _check(context)
        return _begun(self._replay.begin(), context)


def _check(context: CallContext) -> None:
    if not (context.viewer.admin or context.viewer.id == SYSTEM_ID):
        raise ServiceError("forbidden", "Only administrators build and mend the search index.")


def _there(part: T | None) -> T:
    if part is None:
        raise ServiceError("conflict", "There is no Elasticsearch: set TRACKLINE_ELASTICSEARCH_URL first.")
    return part


def _begun(job: Job, context: CallContext) -> SearchJob:
    log.info("search_job_asked_for", job=job.id, kind=job.kind, by=context.viewer.id, request_id=context.request_id)
    return _view(job)


def _view(job: Job) -> SearchJob:
    return SearchJob(
        job_id=job.id,
        kind=job.kind,
        phase=job.phase,
        documents=job.done,
        total=max(job.total, job.done),
        started_at=job.started_at,
        finished_at=job.finished_at,
        dry_run=job.dry_run,
        missing=job.missing,
        stale=job.stale,
        orphaned=job.orphaned,
    )
