"""Reads the services' own stores directly, because a view of the API could hide a duplicate."""

from collections import Counter
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from gateway.mailbox.store import list_mails
from trackline_local.system import System

Document = dict[str, Any]
# Fields that only the indexer needs.
BOOKKEEPING = {"rev", "dirty_at", "indexed_rev"}


class Truth:
    def __init__(self, system: System, prefix: str) -> None:
        self._client: MongoClient[Document] = MongoClient(system.backends.mongodb_url, tz_aware=True)
        self._prefix = prefix
        self._state = system.state

    def database(self, service: str) -> Database[Document]:
        return self._client[f"{self._prefix}_{service}"]

    def tickets(self) -> dict[str, Document]:
        return {ticket["number"]: ticket for ticket in self.database("tickets").tickets.find()}

    def pending(self) -> int:
        return self.database("tickets").tickets.count_documents({"pending_at": {"$exists": True}})

    def log(self) -> list[Document]:
        return list(self.database("tickets").ticket_events.find().sort([("subject", 1), ("sequence", 1)]))

    def search_documents(self) -> dict[str, Document]:
        found = self.database("knowledge").search_documents.find({"type": "ticket"})
        return {one["_id"]: {k: v for k, v in one.items() if k not in BOOKKEEPING} for one in found}

    def deliveries(self) -> list[Document]:
        return list(self.database("notifications").deliveries.find())

    def delivery_states(self) -> Counter[str]:
        return Counter(one["state"] for one in self.deliveries())

    def spoil_facts(self) -> None:
        """The service learns what it has not written itself from the absence of the mark."""
        database = self.database("analytics")
        for name in database.list_collection_names(filter={"name": {"$regex": "^facts"}}):
            database[name].update_many({}, {"$set": {"priority": 1}, "$unset": {"announced": ""}})

    def inbox(self) -> list[Document]:
        return list(self.database("notifications").inbox.find())

    def mails(self) -> Counter[str]:
        """Returns how often each Message-ID arrived at the mail server."""
        return Counter(mail.message["Message-ID"].strip() for mail in list_mails(self._state, limit=100_000))

    def close(self) -> None:
        self._client.close()
