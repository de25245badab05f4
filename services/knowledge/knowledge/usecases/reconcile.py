"""Finds and repairs differences between the index and the search documents, whatever caused them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeVar
from uuid import uuid4

from knowledge.domain.job import Job
from knowledge.usecases import index
from knowledge.usecases.job import check_operator, report_begin
from knowledge.usecases.ports import DocumentState, Ports
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.search import SearchJob

AT_ONCE = 1000
# A deletion outside Trackline may have used up versions, which the index remembers for a minute.
HEADROOM = 100
T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """`state` is None if only the index has the key, and `version` is None if only the store has it."""

    key: str
    state: DocumentState | None
    version: int | None

    @property
    def orphaned(self) -> bool:
        return self.state is None or not self.state.there

    @property
    def next_rev(self) -> int:
        return max(self.state.rev if self.state else 0, self.version or 0) + HEADROOM


def reconcile(ports: Ports, dry_run: bool, context: CallContext) -> SearchJob:
    """A dry run only counts the differences. Raises ServiceError conflict while a job with the other value of `dry_run`
    is running."""
    check_operator(context)
    index.writer(ports)
    job = begin(ports, dry_run=dry_run)
    if job.dry_run != dry_run:
        raise refuse(reasons.search.COMPARISON_ONLY_REPORTS if job.dry_run else reasons.search.COMPARISON_MENDS)
    return report_begin(job, context)


def begin(ports: Ports, *, dry_run: bool) -> Job:
    """Returns the running job if there is one."""
    now, total = ports.clock(), ports.documents.counts().documents
    return ports.jobs.begin(Job(uuid4().hex, "reconcile", "comparing", now, now, total, dry_run=dry_run))


def step(ports: Ports, job: Job) -> Job:
    """Compares the next keys of both sides, up to the last key that both have returned. Raises IndexUnavailable."""
    stored = ports.documents.states(after=job.position, limit=AT_ONCE)
    indexed = index.writer(ports).versions(job.position, AT_ONCE)
    ends = [max(side) for side in (stored, indexed) if len(side) == AT_ONCE]
    last = min(ends) if ends else None
    found = list(_confirm(ports, _suspects(_until(stored, last), _until(indexed, last))))
    if found and not job.dry_run:
        _repair(ports, found)
    job = replace(
        job,
        done=job.done + len(_until(stored, last)),
        missing=job.missing + sum(not one.orphaned and one.version is None for one in found),
        stale=job.stale + sum(not one.orphaned and one.version is not None for one in found),
        orphaned=job.orphaned + sum(one.orphaned for one in found),
    )
    return replace(job, position=last) if last is not None else job.enter("done", ports.clock())


def _confirm(ports: Ports, keys: set[str]) -> Iterator[Difference]:
    """Yields the keys that still differ when both sides are read again, because they were not read at the same time."""
    if not keys:
        return
    before = ports.documents.states_of(keys)
    versions = index.writer(ports).versions_of(keys)
    after = ports.documents.states_of(keys)
    for key in sorted(keys):
        if before.get(key) == after.get(key) and _differs(before.get(key), versions.get(key)):
            yield Difference(key, before.get(key), versions.get(key))


def _repair(ports: Ports, found: Iterable[Difference]) -> None:
    revs = {one.key: (one.state.rev, one.next_rev) for one in found if one.state}
    ports.documents.mend(revs, ports.clock())
    unknown = [{"_id": one.key, "rev": one.next_rev} for one in found if one.state is None]
    if unknown:
        index.writer(ports).send(unknown, "current")


def _until(side: Mapping[str, T], last: str | None) -> dict[str, T]:
    return dict(side) if last is None else dict(takewhile(lambda item: item[0] <= last, side.items()))


def _suspects(stored: Mapping[str, DocumentState], indexed: Mapping[str, int]) -> set[str]:
    return {key for key in stored.keys() | indexed.keys() if _differs(stored.get(key), indexed.get(key))}


def _differs(state: DocumentState | None, version: int | None) -> bool:
    if state is None:
        return version is not None
    if state.dirty or state.awaited:
        return False
    return version != (state.rev if state.there else None)
