"""The documents of users and of teams that have changed, for the directory."""

from collections.abc import AsyncIterator
from datetime import datetime

from gateway.kit.mongo import Collection, Document

_NOT_READ = dict.fromkeys(("password_hash", "create_hash", "pending", "email_keys", "search"), 0)


class MongoChanges:
    def __init__(self, documents: Collection) -> None:
        self._documents = documents

    def since(self, at: datetime) -> AsyncIterator[Document]:
        return self._documents.find({"changed_at": {"$gte": at}}, _NOT_READ)
