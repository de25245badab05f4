from collections.abc import Sequence

from pymongo.database import Database

from trackline_chassis.mongo import Document

COLLECTION = "imported_steps"


class MongoImportedSteps:
    def __init__(self, database: Database[Document]) -> None:
        self._lists = database[COLLECTION]

    def prepare(self) -> None:
        self._lists.create_index("ticket_id")

    def keep(self, ticket_id: str, list_digest: bytes, digests: Sequence[bytes]) -> None:
        document = {"ticket_id": ticket_id, "digests": [*digests]}
        self._lists.update_one({"_id": _key(ticket_id, list_digest)}, {"$setOnInsert": document}, upsert=True)

    def find(self, ticket_id: str, list_digest: bytes) -> Sequence[bytes]:
        found = self._lists.find_one({"_id": _key(ticket_id, list_digest)})
        return [] if found is None else found["digests"]


def _key(ticket_id: str, list_digest: bytes) -> str:
    return f"{ticket_id}:{list_digest.hex()}"
