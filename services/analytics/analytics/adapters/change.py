"""Counts the changes of the facts, so that each replica learns which facts to read again.

The facts of a generation are in up to 4,096 parts, by the beginning of their ids. A change is counted after it was
written: who reads the count first and the facts then may read too much, but misses nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from pymongo.database import Database

from analytics.adapters.document import Document

_PREFIX = 3


class MongoChanges:
    def __init__(self, database: Database[Document]) -> None:
        self._changes = database["changes"]

    def announce(self, generation: int, ids: Iterable[str]) -> None:
        if parts := {part_of(id_) for id_ in ids}:
            counted = {"$inc": {f"parts.{part}": 1 for part in parts}}
            self._changes.update_one({"_id": generation}, counted, upsert=True)

    def counts(self, generation: int) -> Mapping[str, int]:
        """Returns part → number of its changes."""
        found = self._changes.find_one({"_id": generation}) or {"parts": {}}
        return found["parts"]  # type: ignore[no-any-return]

    def drop(self, generation: int) -> None:
        self._changes.delete_one({"_id": generation})


def part_of(id_: str) -> str:
    # A name of a field must not contain every character that an id may contain.
    return id_[:_PREFIX].encode().hex()


def within(parts: Sequence[str]) -> Document:
    """Returns the filter for the facts of the parts, and perhaps some others."""
    prefixes = [bytes.fromhex(part).decode() for part in parts]
    return {"$or": [{"_id": {"$gte": prefix, "$lt": f"{prefix}\U0010ffff"}} for prefix in prefixes]}
