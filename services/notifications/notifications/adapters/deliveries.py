"""Mail deliveries in MongoDB. Whoever changes a row names in the same write the state that it must be in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from notifications.adapters.pages import newest_first
from notifications.domain.audience import File
from notifications.domain.delivery import SETTLES_FROM, Delivery, Outcome, one_mail
from trackline_chassis.mongo import insert_new
from trackline_schemas.notifications import DeliveryState

Document = dict[str, Any]
# Ticket and recipient.
Pair = tuple[str, str]
# One round of a sender: what is asked once for all its mails costs a tenth each.
HEADS = 10
LOST = "The sender vanished while the mail server had the mail."


class MongoDeliveries:
    def __init__(self, database: Database[Document]) -> None:
        self._rows = database["deliveries"]

    def prepare(self) -> None:
        self._rows.create_index([("state", ASCENDING), ("due_at", ASCENDING)])
        self._rows.create_index([("ticket_id", ASCENDING), ("recipient_id", ASCENDING), ("state", ASCENDING)])
        self._rows.create_index([("claim", ASCENDING)])
        self._rows.create_index([("created_at", DESCENDING), ("_id", DESCENDING)])
        self._rows.create_index([("state", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)])

    def add(self, rows: Sequence[Delivery]) -> None:
        if rows:
            insert_new(self._rows, [{"_id": row.id, **_document(row)} for row in rows])

    def claim(self, claim: str, now: datetime, until: datetime) -> list[list[Delivery]]:
        due = self._due(now)
        if not due:
            return []
        queued = _by_pair(self._rows.find({"$or": [_queued_for(*pair) for pair in due]}))
        ids = [row.id for rows in queued.values() for row in one_mail(rows, now)]
        change = {"state": "claimed", "claim": claim, "until": until, "updated_at": now}
        take = {"$set": change, "$inc": {"attempts": 1}}
        self._rows.update_many({"_id": {"$in": ids}, "state": "queued"}, take)
        # Another sender may have taken some or all of them in between: only what is stamped is ours.
        mine = _by_pair(self._rows.find({"claim": claim}).sort("sequence", ASCENDING))
        return [mine[pair] for pair in due if pair in mine]

    def hand(
        self, rows: Sequence[Delivery], mail_id: str, address: str, subject: str, now: datetime, until: datetime
    ) -> int:
        change = {
            "state": "handing",
            "mail_id": mail_id,
            "address": address,
            "subject": subject,
            "until": until,
            "updated_at": now,
        }
        return self._rows.update_many({**_held(rows), "state": "claimed"}, {"$set": change}).modified_count

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        change: Document = {"state": outcome.state, "error": outcome.error, "updated_at": now}
        update: Document = {"$set": change}
        change |= {"due_at": outcome.due_at} if outcome.state == "queued" else {"link": None}
        self._rows.update_many({**_held(rows), "state": {"$in": list(SETTLES_FROM[outcome.state])}}, update)

    def recover(self, now: datetime) -> int:
        expired = {"until": {"$lt": now}}
        back = {"state": "queued", "updated_at": now}
        self._rows.update_many({"state": "claimed", **expired}, {"$set": back})
        lost = {"state": "unknown", "error": LOST, "updated_at": now, "link": None}
        return self._rows.update_many({"state": "handing", **expired}, {"$set": lost}).modified_count

    def page(self, state: DeliveryState | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        found, cursor = newest_first(self._rows, {"state": state} if state else {}, "created_at", size, after)
        return [_row(document) for document in found], cursor

    def last_test(self) -> Delivery | None:
        found = self._rows.find_one({"ticket_id": "", "news": "test"}, sort=[("created_at", DESCENDING)])
        return _row(found) if found else None

    def counts(self) -> Mapping[str, int]:
        open_states = {"state": {"$in": ["queued", "claimed", "handing", "failed", "unknown"]}}
        groups = self._rows.aggregate([{"$match": open_states}, {"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        return {group["_id"]: group["n"] for group in groups}

    def oldest_queued(self) -> datetime | None:
        found = self._rows.find_one({"state": "queued"}, {"created_at": 1}, sort=[("created_at", ASCENDING)])
        return found["created_at"] if found else None

    def _due(self, now: datetime) -> list[Pair]:
        due = {"state": "queued", "due_at": {"$lte": now}}
        heads = self._rows.find(due, {"ticket_id": 1, "recipient_id": 1}).sort("due_at", ASCENDING).limit(HEADS)
        return list(dict.fromkeys((head["ticket_id"], head["recipient_id"]) for head in heads))


def _queued_for(ticket_id: str, recipient_id: str) -> Document:
    # Whole in each branch: so each is answered by the index, never by reading all that is queued.
    return {"ticket_id": ticket_id, "recipient_id": recipient_id, "state": "queued"}


def _by_pair(documents: Iterable[Document]) -> dict[Pair, list[Delivery]]:
    grouped: dict[Pair, list[Delivery]] = defaultdict(list)
    for document in documents:
        grouped[document["ticket_id"], document["recipient_id"]].append(_row(document))
    return grouped


def _held(rows: Sequence[Delivery]) -> Document:
    return {"_id": {"$in": [row.id for row in rows]}, "claim": rows[0].claim}


def _document(row: Delivery) -> Document:
    return {name: value for name, value in asdict(row).items() if name != "id"}


def _row(document: Document) -> Delivery:
    fields = {name: value for name, value in document.items() if name != "_id"}
    fields["news"] = tuple(document["news"])
    # Rows of an earlier release have none.
    fields["files"] = tuple(File(**one) for one in document.get("files", ()))
    return Delivery(id=document["_id"], **fields)
