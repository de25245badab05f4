"""Inbox entries in MongoDB."""

from collections.abc import Collection, Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from notifications.adapters.pages import newest_first
from notifications.channels.inbox.ports import Row, Unread
from trackline_chassis.mongo import insert_new
from trackline_schemas.notifications import InboxEntry

# Rows of an earlier release have no `staff_only`. These reasons concern only assignees and teams.
FOR_STAFF = ("assigned", "requester_replied", "new_unassigned")
_STAFF_ONLY = {"$ifNull": ["$staff_only", {"$in": ["$reason", list(FOR_STAFF)]}]}


class MongoInbox:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._entries = database["inbox"]

    def prepare(self) -> None:
        self._entries.create_index([("recipient_id", ASCENDING), ("time", DESCENDING), ("_id", DESCENDING)])
        self._entries.create_index(
            [("recipient_id", ASCENDING), ("ticket_id", ASCENDING)], partialFilterExpression={"read": False}
        )
        self._entries.create_index([("ticket_id", ASCENDING)])

    def add(self, rows: Sequence[Row]) -> Collection[str]:
        if not rows:
            return set()
        return {rows[place].recipient_id for place in insert_new(self._entries, [_document(one) for one in rows])}

    def page(self, recipient_id: str, unread_only: bool, size: int, after: str | None) -> tuple[list[Row], str | None]:
        query: dict[str, Any] = {"recipient_id": recipient_id} | ({"read": False} if unread_only else {})
        found, cursor = newest_first(self._entries, query, "time", size, after)
        return [_row(document) for document in found], cursor

    def unread(self, recipient_id: str) -> Sequence[Unread]:
        wanted = {"recipient_id": recipient_id, "read": False}
        key = {"ticket_id": "$ticket_id", "staff_only": _STAFF_ONLY}
        groups = self._entries.aggregate([{"$match": wanted}, {"$group": {"_id": key, "n": {"$sum": 1}}}])
        return [Unread(**group["_id"], entries=group["n"]) for group in groups]

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        query: dict[str, Any] = {"recipient_id": recipient_id, "read": False}
        if ids is not None:
            query["_id"] = {"$in": list(ids)}
        if ticket_id is not None:
            query["ticket_id"] = ticket_id
        self._entries.update_many(query, {"$set": {"read": True}})

    def forget(self, ticket_ids: Collection[str]) -> None:
        self._entries.delete_many({"ticket_id": {"$in": list(ticket_ids)}})


def _document(row: Row) -> dict[str, Any]:
    own = {"_id": row.id, "recipient_id": row.recipient_id, "staff_only": row.staff_only}
    return row.entry.model_dump(exclude={"id"}) | own


def _row(document: dict[str, Any]) -> Row:
    entry = InboxEntry.model_validate(document | {"id": document["_id"]})
    staff_only = document.get("staff_only", entry.reason in FOR_STAFF)
    return Row(entry.id, document["recipient_id"], entry, staff_only)
