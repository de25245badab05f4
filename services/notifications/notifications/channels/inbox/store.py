"""Inbox entries in MongoDB."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from notifications.adapters.pages import newest_first
from notifications.channels.inbox.ports import NewEntry
from trackline_chassis.mongo import insert_new
from trackline_schemas.notifications import InboxEntry


class MongoInbox:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._entries = database["inbox"]

    def prepare(self) -> None:
        self._entries.create_index([("recipient_id", ASCENDING), ("time", DESCENDING), ("_id", DESCENDING)])
        self._entries.create_index(
            [("recipient_id", ASCENDING), ("ticket_id", ASCENDING)], partialFilterExpression={"read": False}
        )
        self._entries.create_index([("ticket_id", ASCENDING)])

    def add(self, entries: Sequence[NewEntry]) -> Collection[str]:
        if not entries:
            return set()
        return {entries[place].recipient_id for place in insert_new(self._entries, [_row(one) for one in entries])}

    def page(
        self, recipient_id: str, unread_only: bool, size: int, after: str | None
    ) -> tuple[list[InboxEntry], str | None]:
        query: dict[str, Any] = {"recipient_id": recipient_id} | ({"read": False} if unread_only else {})
        found, cursor = newest_first(self._entries, query, "time", size, after)
        return [InboxEntry.model_validate(document | {"id": document["_id"]}) for document in found], cursor

    def unread(self, recipient_ids: Collection[str]) -> Mapping[str, int]:
        wanted = {"recipient_id": {"$in": list(recipient_ids)}, "read": False}
        groups = self._entries.aggregate([{"$match": wanted}, {"$group": {"_id": "$recipient_id", "n": {"$sum": 1}}}])
        return {group["_id"]: group["n"] for group in groups}

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        query: dict[str, Any] = {"recipient_id": recipient_id, "read": False}
        if ids is not None:
            query["_id"] = {"$in": list(ids)}
        if ticket_id is not None:
            query["ticket_id"] = ticket_id
        self._entries.update_many(query, {"$set": {"read": True}})

    def forget(self, ticket_ids: Collection[str]) -> None:
        self._entries.delete_many({"ticket_id": {"$in": list(ticket_ids)}})


def _row(new: NewEntry) -> dict[str, Any]:
    return new.entry.model_dump(exclude={"id"}) | {"_id": new.id, "recipient_id": new.recipient_id}
