"""Fills a new index while the old one answers searches, and then swaps the two.

In the meantime the indexer sends every change to both indices. A step may run twice, and on two replicas at once.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from knowledge.domain.job import Job
from knowledge.usecases import index
from knowledge.usecases.job import check_operator, report_begin
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, Ports
from trackline_schemas.context import CallContext
from trackline_schemas.search import SearchJob

# A larger batch would make the searches of the same process wait noticeably.
AT_ONCE = 100
# This is longer than any search that has begun on the old index.
GRACE = timedelta(seconds=5)


def rebuild(ports: Ports, context: CallContext) -> SearchJob:
    check_operator(context)
    index.writer(ports)
    return report_begin(begin(ports), context)


def begin(ports: Ports) -> Job:
    """Returns the running rebuild if there is one."""
    now, total = ports.clock(), ports.documents.counts().documents
    return ports.jobs.begin(Job(uuid4().hex, "rebuild", "filling", now, now, total))


def step(ports: Ports, job: Job) -> Job:
    """Raises IndexUnavailable. The same step must then be repeated."""
    match job.phase:
        case "swapping":
            return _swap(ports, job)
        case "removing":
            return _remove(ports, job)
        case _:
            return _fill(ports, job)


def _fill(ports: Ports, job: Job) -> Job:
    writer = index.writer(ports)
    indices = writer.indices()
    if indices.next != job.id:
        writer.create(job.id)
        return _restart(ports, job)
    # A replica of an earlier version may have created the index.
    writer.extend(job.id)
    documents = ports.documents.after(job.position, AT_ONCE)
    if documents:
        sent = index.send(ports, documents, "next")
        if len(sent.taken) + len(sent.refused) < len(documents):
            raise IndexUnavailable("Elasticsearch did not take all of the documents")
        return replace(job, position=documents[-1]["_id"], done=job.done + len(documents))
    if indices.current and ports.documents.awaited():
        return job if job.phase == "waiting" else job.enter("waiting", ports.clock())
    return job.enter("swapping", ports.clock(), old=indices.current)


def _restart(ports: Ports, job: Job) -> Job:
    total = ports.documents.counts().documents
    return job.enter("filling", ports.clock(), position="", done=0, total=total)


def _swap(ports: Ports, job: Job) -> Job:
    try:
        index.writer(ports).swap(job.id)
    except IndexMissing:
        return _restart(ports, job)
    return job.enter("removing", ports.clock())


def _remove(ports: Ports, job: Job) -> Job:
    if job.old is None or job.old == job.id:
        return job.enter("done", ports.clock())
    if ports.clock() - job.changed_at < GRACE:
        return job
    index.writer(ports).remove(job.old)
    return job.enter("done", ports.clock())
