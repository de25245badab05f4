"""Replays the log of a service to the queue of one consumer, as a job that survives the process that runs it. This is
the driver of trackline_core.replay for pymongo."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event as Stop
from typing import Any, Literal
from uuid import uuid4

import structlog
from pymongo import ReturnDocument
from pymongo.collection import Collection

from trackline_chassis.amqp import BROKER_DOWN
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import STORE_DOWN, Document
from trackline_core import replay as core
from trackline_core.messages import Outgoing, to_queue
from trackline_schemas.base import now
from trackline_schemas.errors import not_found
from trackline_schemas.events import ReplayFinished
from trackline_schemas.topology import DEAD_LETTER_DAYS

log = structlog.get_logger()

SOURCE = "/trackline/replay"
CLAIM = timedelta(seconds=30)
# A request that is delivered again within this time starts no new replay. Dead letters are kept as long.
KEPT_SECONDS = DEAD_LETTER_DAYS * 24 * 3600


class Replays:
    """`events` is the log of an outbox. `removed` has an _id for each subject that was removed from the log for ever: a
    relay that was killed may have left rows of it. `jobs` is the collection of replays, in which `position` is the last
    row that was read. Replicas claim a job by a conditional update. If one dies, a batch may be sent twice."""

    def __init__(
        self,
        events: Collection[Document],
        removed: Collection[Document],
        jobs: Collection[Document],
        bus: Bus,
        of: Literal["tickets", "people"],
    ) -> None:
        self._log = events
        self._removed = removed
        self._jobs = jobs
        self._bus = bus
        self._of = of

    def create_indexes(self) -> None:
        self._jobs.create_index("claimed_until", partialFilterExpression={"done": False})
        self._jobs.create_index("finished_at", expireAfterSeconds=KEPT_SECONDS)

    def start(
        self,
        consumer: str,
        from_subject: str | None = None,
        only: Sequence[str] | None = None,
        job_id: str | None = None,
    ) -> str:
        """`consumer` is the name of its queue. Returns the id of the job. A request by event gives its `job_id`, and
        starts nothing if that job exists. It replaces equal requests by event whose replay has not begun, because a
        consumer that gets no answer repeats its request."""
        core.check_consumer(consumer)
        equal: Document = {
            "consumer": consumer,
            "only": only and list(only),
            "position": {"subject": from_subject or "", "sequence": 0},
            "done": False,
            "by_event": job_id is not None,
        }
        id_, at = job_id or uuid4().hex, now()
        created = {"$setOnInsert": {**equal, "events": 0, "subjects": 0, "claimed_until": at}}
        if self._jobs.update_one({"_id": id_}, created, upsert=True).upserted_id and job_id:
            # Only earlier requests are dropped: of two that arrive at the same time, one must stay.
            self._jobs.delete_many({**equal, "claimed_until": {"$lt": at}})
        return id_

    def status(self, job_id: str) -> dict[str, Any]:
        """Returns {done, events, subjects}. Raises ServiceError not_found."""
        job = self._jobs.find_one({"_id": job_id})
        if job is None:
            raise not_found("replay", job_id)
        return {name: job[name] for name in ("done", "events", "subjects")}

    def run(self, stop: Stop) -> None:
        while not stop.wait(0.5):
            try:
                job = self._claim()
                while job is not None and not stop.is_set():
                    job = self._step(job, stop)
            except (*STORE_DOWN, *BROKER_DOWN) as error:
                log.warning("the store or RabbitMQ is down; the replay is retried", error=str(error))

    def _claim(self) -> Document | None:
        free = {"done": False, "claimed_until": {"$lte": now()}}
        claim = {"$set": {"claimed_until": now() + CLAIM}}
        return self._jobs.find_one_and_update(free, claim, return_document=ReturnDocument.AFTER)

    def _step(self, job: Document, stop: Stop) -> Document | None:
        """Sends one batch and moves the position. Returns None if the job is done or another replica took it."""
        if self._bus.waiting(job["consumer"]) > core.MOST_WAITING:
            stop.wait(0.2)
            return self._move(job, {"claimed_until": now() + CLAIM})
        position = job["position"]
        found = self._log.find(core.rows_after(position["subject"], position["sequence"], job["only"]))
        rows = list(found.sort(core.ORDER).limit(core.BATCH))
        if not rows:
            self._finish(job)
            return None
        last = {"subject": rows[-1]["subject"], "sequence": rows[-1]["sequence"]}
        rows = self._without_removed(rows)
        self._send([to_queue(core.to_replayed_event(row), job["consumer"]) for row in rows])
        counts = {"events": job["events"] + len(rows), "subjects": job["subjects"] + _count_first_events(rows)}
        return self._move(job, {"position": last, **counts, "claimed_until": now() + CLAIM})

    def _without_removed(self, rows: Sequence[Document]) -> list[Document]:
        subjects = {"_id": {"$in": list({row["subject"] for row in rows})}}
        removed = {document["_id"] for document in self._removed.find(subjects, {"_id": 1})}
        return [row for row in rows if row["subject"] not in removed]

    def _move(self, job: Document, changed: Document) -> Document | None:
        mine = {"_id": job["_id"], "position": job["position"], "claimed_until": job["claimed_until"]}
        return self._jobs.find_one_and_update(mine, {"$set": changed}, return_document=ReturnDocument.AFTER)

    def _finish(self, job: Document) -> None:
        names = ("consumer", "events", "subjects", "only")
        about = ReplayFinished(job_id=job["_id"], of=self._of, **{name: job[name] for name in names})
        self._send([to_queue(core.finished_event(about, SOURCE), job["consumer"])])
        self._move(job, {"done": True, "finished_at": now()})

    def _send(self, messages: Sequence[Outgoing]) -> None:
        if not all(self._bus.send(messages)):
            raise ConnectionError("RabbitMQ did not confirm a replayed batch")


def _count_first_events(rows: Sequence[Document]) -> int:
    return sum(row["sequence"] == 1 for row in rows)
