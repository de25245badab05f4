"""Which errors mean that the store is down, so that events wait. Any other error counts as a failed attempt. And what
the callers are told, who must know whether a write may have been done."""

import pytest
from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WriteError,
)

from trackline_chassis.mongo import Document, is_store_down, to_refusal, update_each


@pytest.fixture
def unconfirmed(db: Database[Document]) -> Collection[Document]:
    """Its writes are never confirmed, as on a server that shuts down, because there is no second server."""
    return db.get_collection("documents", write_concern=WriteConcern(w=2, wtimeout=100))


def test_a_write_without_confirmation_is_an_outage(unconfirmed: Collection[Document]) -> None:
    with pytest.raises(WriteConcernError) as one:
        unconfirmed.insert_one({"_id": 1})
    with pytest.raises(BulkWriteError) as many:
        unconfirmed.insert_many([{"_id": 2}, {"_id": 3}])
    assert is_store_down(one.value)
    assert is_store_down(many.value)


def test_a_wrong_write_is_not_an_outage(db: Database[Document], unconfirmed: Collection[Document]) -> None:
    with pytest.raises(DuplicateKeyError) as one:
        [db.wrong.insert_one({"_id": 1}) for _ in range(2)]
    with pytest.raises(BulkWriteError) as many:
        db.wrong.insert_many([{"_id": 1}, {"_id": 2}], ordered=False)
    with pytest.raises(BulkWriteError) as both:
        unconfirmed.insert_many([{"_id": 4}, {"_id": 4}], ordered=False)
    assert not any(is_store_down(error.value) for error in (one, many, both))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServerSelectionTimeoutError("nobody answers"), "unavailable"),
        (AutoReconnect("connection closed"), "outcome_unknown"),
        (NetworkTimeout("no answer within 5 s"), "outcome_unknown"),
        (NotPrimaryError("it shuts down"), "outcome_unknown"),
        (WriteConcernError("not confirmed"), "outcome_unknown"),
        (ExecutionTimeout("too slow"), "outcome_unknown"),
        (BulkWriteError({"writeConcernErrors": [{}], "writeErrors": []}), "outcome_unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_only_what_was_not_sent_is_certainly_not_done(error: Exception, code: str) -> None:
    assert is_store_down(error)
    assert to_refusal(error).code == code


def to(version: int) -> tuple[Document, Document]:
    """Returns an update to a version from the one before."""
    return {"_id": "t1", "version": version - 1}, {"$set": {"version": version}, "$push": {"saved": version}}


def test_updates_at_once_are_told_apart(db: Database[Document]) -> None:
    db.things.insert_many([{"_id": key, "version": 1} for key in ("t1", "t2")])
    other: Document = {"_id": "t2", "version": 1}
    gone: Document = {"_id": "t3", "version": 1}
    broken: Document = {"_id": "t2", "version": 2}
    found, late, beside, nothing, wrong = update_each(
        db.things,
        [
            to(2),
            to(2),
            (other, {"$set": {"version": 2}}),
            (gone, {"$set": {"version": 2}}),
            (broken, {"$inc": {"x": "1"}}),
        ],
    )
    assert (found, late, beside, nothing) == (True, False, True, False)
    assert isinstance(wrong, WriteError)
    stored = {one.pop("_id"): one for one in db.things.find()}
    assert stored == {"t1": {"version": 2, "saved": [2]}, "t2": {"version": 2}}


def test_updates_without_confirmation_are_an_outage(db: Database[Document], unconfirmed: Collection[Document]) -> None:
    db.documents.insert_one({"_id": "t1", "version": 1})
    first, second = update_each(unconfirmed, [to(2), to(2)])
    assert isinstance(first, WriteConcernError)
    assert second is False
