"""Which errors mean that the store is down, so that events wait. Any other error counts as a failed attempt."""

import pytest
from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteConcernError

from trackline_chassis.mongo import Document, is_store_down


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
