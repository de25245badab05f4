"""Deliveries in MongoDB. Every update of a row requires the state that the row must be in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from notifications.adapters.delivery_before_channels import OLD_CHANNEL, OLD_DUE_INDEX, upgrade
from notifications.adapters.pages import newest_first
from notifications.domain.delivery import SETTLES_FROM, Delivery, Outcome, Receipt, take_together
from trackline_chassis.mongo import insert_new
from trackline_chassis.sealing import Seal
from trackline_schemas.notifications import DeliveryState

Document = dict[str, Any]
# (ticket id, recipient id), as stored.
Pair = tuple[str | None, str]
# The number of recipients in one round of a sender. They share the queries of the round.
HEADS = 10
# Rows with a secret are stored under the name of their channel and this ending. The earlier release would mail an
# encrypted link as it is, so it must not find them during a rolling update.
SEALED = " sealed"
LOST = "The sender vanished while the other side had the message."
NAMES = [one.name for one in fields(Delivery) if one.name != "id"]


class MongoDeliveries:
    def __init__(self, database: Database[Document]) -> None:
        self._rows = database["deliveries"]

    def prepare(self) -> None:
        self._rows.create_index([("channel", ASCENDING), ("state", ASCENDING), ("due_at", ASCENDING)])
        self._rows.create_index([("ticket_id", ASCENDING), ("recipient_id", ASCENDING), ("state", ASCENDING)])
        self._rows.create_index([("claim", ASCENDING)])
        self._rows.create_index([("created_at", DESCENDING), ("_id", DESCENDING)])
        self._rows.create_index([("state", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)])
        if OLD_DUE_INDEX in self._rows.index_information():
            self._rows.drop_index(OLD_DUE_INDEX)

    def add(self, rows: Sequence[Delivery]) -> None:
        if rows:
            insert_new(self._rows, [_document(row) for row in rows])

    def claim(self, channel: str, claim: str, now: datetime, until: datetime) -> list[list[Delivery]]:
        due = self._due(channel, now)
        if not due:
            return []
        queued = _by_pair(self._rows.find({"$or": [_queued_for(channel, *pair) for pair in due]}))
        ids = [row.id for rows in queued.values() for row in take_together(rows, now)]
        change = {"state": "claimed", "claim": claim, "until": until, "updated_at": now}
        take = {"$set": change, "$inc": {"attempts": 1}}
        self._rows.update_many({"_id": {"$in": ids}, "state": "queued"}, take)
        # Another sender may have taken some of them in between, so only rows with our claim are ours.
        mine = _by_pair(self._rows.find({"claim": claim}).sort("sequence", ASCENDING))
        return [mine[pair] for pair in due if pair in mine]

    def hand(self, rows: Sequence[Delivery], receipt: Receipt, now: datetime, until: datetime) -> int:
        change = {"state": "handing", **vars(receipt), "until": until, "updated_at": now}
        return self._rows.update_many({**_claimed_by(rows), "state": "claimed"}, {"$set": change}).modified_count

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        change: Document = {"state": outcome.state, "error": outcome.error, "updated_at": now}
        allowed = {**_claimed_by(rows), "state": {"$in": list(SETTLES_FROM[outcome.state])}}
        if outcome.state == "queued":
            self._rows.update_many(allowed, {"$set": {**change, "due_at": outcome.due_at}})
        else:
            self._rows.update_many(allowed, _for_good(change))

    def recover(self, now: datetime) -> list[str]:
        # Rows without a channel are older than channels. During an upgrade more of them may be written.
        self._rows.update_many({"channel": None, "state": "queued"}, {"$set": {"channel": OLD_CHANNEL}})
        expired = {"until": {"$lt": now}}
        back = {"state": "queued", "updated_at": now}
        self._rows.update_many({"state": "claimed", **expired}, {"$set": back})
        lost = _for_good({"state": "unknown", "error": LOST, "updated_at": now})
        handing = [row["_id"] for row in self._rows.find({"state": "handing", **expired}, {"_id": 1})]
        # Each row is changed alone, because its sender may settle it, or another process may recover it, meanwhile.
        one = {"state": "handing", **expired}
        return [key for key in handing if self._rows.update_one({"_id": key, **one}, lost).modified_count]

    def page(self, state: DeliveryState | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        found, cursor = newest_first(self._rows, {"state": state} if state else {}, "created_at", size, after)
        return [_row(document) for document in found], cursor

    def last_test(self, channel: str) -> Delivery | None:
        # A test belongs to no ticket. Older rows say in `news` that they are a test.
        either = [{"payload.purpose": "test"}, {"news": "test"}]
        channels = [channel, None] if channel == OLD_CHANNEL else [channel]
        tests = {"ticket_id": {"$in": [None, ""]}, "channel": {"$in": channels}, "$or": either}
        found = self._rows.find_one(tests, sort=[("created_at", DESCENDING)])
        return _row(found) if found else None

    def counts(self) -> Mapping[str, int]:
        open_states = {"state": {"$in": ["queued", "claimed", "handing", "failed", "unknown"]}}
        groups = self._rows.aggregate([{"$match": open_states}, {"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        return {group["_id"]: group["n"] for group in groups}

    def oldest_queued(self) -> datetime | None:
        found = self._rows.find_one({"state": "queued"}, {"created_at": 1}, sort=[("created_at", ASCENDING)])
        return found["created_at"] if found else None

    def forget(self, ticket_ids: Collection[str]) -> None:
        self._rows.delete_many({"ticket_id": {"$in": list(ticket_ids)}})

    def reseal(self, seal: Seal) -> int:
        """Encrypts the secrets of queued rows that are stored in clear or with an older key. Returns how many that
        were."""
        # Older rows have their secret in `link`.
        kept = {"state": "queued", "$or": [{name: {"$type": "string"}} for name in ("secret", "link")]}
        return sum(self._reseal(row, seal) for row in self._rows.find(kept, {"secret": 1, "link": 1, "channel": 1}))

    def _reseal(self, row: Document, seal: Seal) -> int:
        field = "secret" if row.get("secret") else "link"
        stored, channel = row[field], (row.get("channel") or OLD_CHANNEL).removesuffix(SEALED)
        if seal.is_current(stored):
            return 0
        sealed = seal.seal(row["_id"], seal.open(row["_id"], stored))
        change = {"$set": {field: sealed, "channel": channel + SEALED}}
        # A sender that has taken the row in the meantime has its secret in memory.
        return self._rows.update_one({"_id": row["_id"], "state": "queued", field: stored}, change).modified_count

    def _due(self, channel: str, now: datetime) -> list[Pair]:
        due = {"channel": _stored(channel), "state": "queued", "due_at": {"$lte": now}}
        heads = self._rows.find(due, {"ticket_id": 1, "recipient_id": 1}).sort("due_at", ASCENDING).limit(HEADS)
        return list(dict.fromkeys((head["ticket_id"], head["recipient_id"]) for head in heads))


def _queued_for(channel: str, ticket_id: str | None, recipient_id: str) -> Document:
    # Each branch has all fields of the index, so that no query reads all queued rows.
    pair = {"ticket_id": ticket_id, "recipient_id": recipient_id}
    return {**pair, "state": "queued", "channel": _stored(channel)}


def _stored(channel: str) -> Document:
    return {"$in": [channel, channel + SEALED]}


def _document(row: Delivery) -> Document:
    channel = row.channel + SEALED if row.secret else row.channel
    return {"_id": row.id} | {name: getattr(row, name) for name in NAMES} | {"channel": channel}


def _by_pair(documents: Iterable[Document]) -> dict[Pair, list[Delivery]]:
    grouped: dict[Pair, list[Delivery]] = defaultdict(list)
    for document in documents:
        grouped[document["ticket_id"], document["recipient_id"]].append(_row(document))
    return grouped


def _claimed_by(rows: Sequence[Delivery]) -> Document:
    return {"_id": {"$in": [row.id for row in rows]}, "claim": rows[0].claim}


def _for_good(change: Document) -> Document:
    # Older rows have their secret in `link`.
    return {"$set": {**change, "secret": None}, "$unset": {"link": ""}}


def _row(document: Document) -> Delivery:
    known = document if "payload" in document else upgrade(document)
    known = {**known, "channel": known["channel"].removesuffix(SEALED)}
    # A newer release may have added fields.
    return Delivery(id=document["_id"], **{name: known[name] for name in NAMES if name in known})
