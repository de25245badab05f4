"""An index writer and its jobs in memory. Like fakes.py, they pass the contract tests of the real adapters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from knowledge.domain.document import Document
from knowledge.domain.job import Job, Kind
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, Indices, Sent, Target


class FakeJobs:
    def __init__(self) -> None:
        self.jobs: dict[Kind, Job] = {}
        self.claimed: dict[Kind, datetime] = {}

    def begin(self, job: Job) -> Job:
        known = self.jobs.get(job.kind)
        if known is None or known.finished_at:
            self.jobs[job.kind], self.claimed[job.kind] = job, job.started_at
        return self.jobs[job.kind]

    def latest(self, kind: Kind) -> Job | None:
        return self.jobs.get(kind)

    def claim(self, kind: Kind, now: datetime) -> Job | None:
        job = self.jobs.get(kind)
        if job is None or job.finished_at or self.claimed[kind] > now:
            return None
        self.claimed[kind] = now + timedelta(seconds=5)
        return job

    def save(self, before: Job, after: Job, now: datetime) -> None:
        known = self.jobs[before.kind]
        if (known.id, known.step) == (before.id, before.step):
            self.jobs[before.kind], self.claimed[before.kind] = replace(after, step=before.step + 1), now


@dataclass
class Held:
    """The documents of one index."""

    documents: dict[str, Document] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


class FakeWriter:
    """Indices in dicts, which can be down or lost. A `stale` index cannot hold documents of this release."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.names: dict[Target, str] = {}
        self.stale: set[str] = set()
        self.extended: list[str] = []
        self.down = False

    @property
    def documents(self) -> dict[str, Document]:
        """The documents of the current index."""
        return self.held[self.names["current"]].documents

    def lose(self) -> None:
        self.held, self.names = {}, {}

    def indices(self) -> Indices:
        self._reached()
        return Indices(self.names.get("current"), self.names.get("next"))

    def send(self, documents: Iterable[Document], to: Target) -> Sent:
        held = self._held(to)
        return Sent({document["_id"]: _taken(held, document) for document in documents})

    def create(self, name: str) -> None:
        self._reached()
        self.held.setdefault(name, Held())
        self.names["next"] = name

    def extend(self, name: str) -> bool:
        self._reached()
        self.extended.append(name)
        return name not in self.stale

    def swap(self, name: str) -> None:
        self._reached()
        if name not in self.held:
            raise IndexMissing(name)
        self.names = {"current": name}

    def remove(self, name: str) -> None:
        self._reached()
        self.held.pop(name, None)

    def versions(self, after: str, limit: int) -> Mapping[str, int]:
        keys = sorted(key for key in self._held("current").documents if key > after)
        return self.versions_of(keys[:limit])

    def versions_of(self, keys: Iterable[str]) -> Mapping[str, int]:
        held = self._held("current")
        return {key: held.versions[key] for key in keys if key in held.documents}

    def _held(self, target: Target) -> Held:
        self._reached()
        if target not in self.names:
            raise IndexMissing("no such index")
        return self.held[self.names[target]]

    def _reached(self) -> None:
        if self.down:
            raise IndexUnavailable("connection refused")


def _taken(held: Held, document: Document) -> int:
    key, rev = document["_id"], int(document["rev"])
    if rev > held.versions.get(key, 0):
        held.versions[key] = rev
        held.documents.pop(key, None)
        if "type" in document:
            held.documents[key] = document
    return rev
