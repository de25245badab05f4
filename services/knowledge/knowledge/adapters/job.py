"""Keeps the latest job of each kind in MongoDB."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from knowledge.domain.document import Document
from knowledge.domain.job import Job, Kind

CLAIM = timedelta(seconds=5)


class MongoJobs:
    def __init__(self, database: Database[Document]) -> None:
        self._jobs = database["search_jobs"]

    def begin(self, job: Job) -> Job:
        # A running job does not match. The upsert then fails because of the duplicate _id.
        over = {"_id": job.kind, "finished_at": {"$ne": None}}
        try:
            self._jobs.replace_one(over, {**asdict(job), "claimed_until": job.started_at}, upsert=True)
        except DuplicateKeyError:
            return self.latest(job.kind) or job
        return job

    def latest(self, kind: Kind) -> Job | None:
        row = self._jobs.find_one({"_id": kind})
        return _job(row) if row else None

    def claim(self, kind: Kind, now: datetime) -> Job | None:
        free = {"_id": kind, "finished_at": None, "claimed_until": {"$lte": now}}
        claimed = {"$set": {"claimed_until": now + CLAIM}}
        row = self._jobs.find_one_and_update(free, claimed, return_document=ReturnDocument.AFTER)
        return _job(row) if row else None

    def save(self, before: Job, after: Job, now: datetime) -> None:
        stored = {"_id": before.kind, "id": before.id, "step": before.step}
        changed = {**asdict(after), "step": before.step + 1, "claimed_until": now}
        self._jobs.update_one(stored, {"$set": changed})


def _job(row: Document) -> Job:
    return Job(**{field.name: row[field.name] for field in fields(Job)})
