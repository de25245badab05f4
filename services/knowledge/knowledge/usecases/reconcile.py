"""Finds where the index differs from the search documents, whatever the reason, and mends it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import TypeVar
from uuid import uuid4

from knowledge.domain.job import Job
from knowledge.usecases.ports import DocumentState, IndexWriter, Jobs, Projection

AT_ONCE = 1000
# Versions that a deletion behind our back may have used up, and that the index still remembers for a minute.
HEADROOM = 100
T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """`state` is None of what only the index knows, `version` of what only it does not."""

    key: str
    state: DocumentState | None
    version: int | None

    @property
    def orphaned(self) -> bool:
        return self.state is None or not self.state.there

    @property
    def next_rev(self) -> int:
        return max(self.state.rev if self.state else 0, self.version or 0) + HEADROOM


class Reconcile:
    def __init__(self, projection: Projection, writer: IndexWriter, jobs: Jobs, now: Callable[[], datetime]) -> None:
        self._projection = projection
        self._writer = writer
        self._jobs = jobs
        self._now = now

    def begin(self, *, dry_run: bool) -> Job:
        """The one that is under way, where there is one."""
        now, total = self._now(), self._projection.counts().documents
        return self._jobs.begin(Job(uuid4().hex, "reconcile", "comparing", now, now, total, dry_run=dry_run))

    def step(self, job: Job) -> Job:
        """Compares the next keys of both sides, as far as both have been read. Raises IndexUnavailable."""
        stored = self._projection.states(after=job.position, limit=AT_ONCE)
        indexed = self._writer.versions(job.position, AT_ONCE)
        ends = [max(side) for side in (stored, indexed) if len(side) == AT_ONCE]
        last = min(ends) if ends else None
        found = list(self._confirmed(_suspects(_until(stored, last), _until(indexed, last))))
        if found and not job.dry_run:
            self._mend(found)
        job = replace(
            job,
            done=job.done + len(_until(stored, last)),
            missing=job.missing + sum(not one.orphaned and one.version is None for one in found),
            stale=job.stale + sum(not one.orphaned and one.version is not None for one in found),
            orphaned=job.orphaned + sum(one.orphaned for one in found),
        )
        return replace(job, position=last) if last is not None else job.entered("done", self._now())

    def _confirmed(self, keys: set[str]) -> Iterator[Difference]:
        """Those that differ while nothing happens to them: the two sides were not read at the same instant."""
        if not keys:
            return
        before = self._projection.states_of(keys)
        versions = self._writer.versions_of(keys)
        after = self._projection.states_of(keys)
        for key in sorted(keys):
            if before.get(key) == after.get(key) and _differs(before.get(key), versions.get(key)):
                yield Difference(key, before.get(key), versions.get(key))

    def _mend(self, found: Iterable[Difference]) -> None:
        revs = {one.key: (one.state.rev, one.next_rev) for one in found if one.state}
        self._projection.mend(revs, self._now())
        unknown = [{"_id": one.key, "rev": one.next_rev} for one in found if one.state is None]
        if unknown:
            self._writer.send(unknown, "current")


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
