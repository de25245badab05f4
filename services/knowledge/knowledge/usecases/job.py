"""What the jobs on the whole index have in common: rebuild, reconcile and replay."""

import structlog

from knowledge.domain.job import Job
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.search import SearchJob
from trackline_schemas.viewer import SYSTEM_ID

log = structlog.get_logger()


def check_operator(context: CallContext) -> None:
    if not (context.viewer.admin or context.viewer.id == SYSTEM_ID):
        raise refuse(reasons.search.SEARCH_FOR_ADMINISTRATORS_ONLY)


def report_begin(job: Job, context: CallContext) -> SearchJob:
    log.info("a search job was requested", job=job.id, kind=job.kind, by=context.viewer.id)
    return to_view(job)


def to_view(job: Job) -> SearchJob:
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
