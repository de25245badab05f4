"""Tickets in MongoDB. The ticket is read before its log, so that an event that the relay moves between the two reads is
found twice instead of not at all."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import islice
from typing import Literal

from bson import encode
from pymongo import ASCENDING, DESCENDING, ReplaceOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from tickets.adapters import batched, imported_steps
from tickets.adapters.batched import NOT_PURGED
from tickets.adapters.document import changed_members, to_document, to_stored
from tickets.domain.ticket import Ticket
from tickets.usecases.ports import Holder, Order, Position, Stored, Taken
from trackline_chassis.coalescer import Coalescer
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.pages import after_cursor
from trackline_chassis.sharing import Sharing
from trackline_chassis.turns import Turns
from trackline_core.outbox import CommandRecord, from_row
from trackline_schemas.events import Event
from trackline_schemas.filters import TICKET_FIELDS, Filter, to_mongo
from trackline_schemas.ticket.fields import INDEXED
from trackline_schemas.ticket.states import ACTIVE_STATES
from trackline_schemas.ticket.views import TicketView

REMOVED_AT_ONCE = 1000
_PATHS = {"id": "_id"}
_LOG_PATHS = {name: f"data.ticket.{name}" for name in TICKET_FIELDS}
_ATTACHED = "data.comment.attachments.id"
_ACTIVE: Document = {"state": {"$in": ACTIVE_STATES}, **NOT_PURGED}
_SORT_PATHS = {"number": "serial"}
_UNIQUE: Mapping[str, Literal["id", "number", "external_ref"]] = {
    "_id": "id",
    "number": "number",
    "external_ref": "external_ref",
}


class MongoTickets:
    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._tickets = database["tickets"]
        self._log = database["ticket_events"]
        self._counters = database["counters"]
        self._removed = database["removed_tickets"]
        self._imported_steps = database[imported_steps.COLLECTION]
        self._outbox = outbox
        self._load = Coalescer(partial(batched.load_by_id, self._tickets))
        self._load_numbered = Coalescer(partial(batched.load_by_number, self._tickets))
        self._draw = Coalescer(partial(batched.draw_serials, self._counters))
        self._list = Sharing(partial(batched.list_views, self._tickets))
        self._count = Sharing(partial(batched.count, self._tickets))
        self._turns = Turns[str]()

    def prepare(self) -> None:
        self._outbox.create_indexes()
        self._tickets.create_index("number", unique=True)
        self._tickets.create_index(
            ["source", "external_ref"],
            unique=True,
            partialFilterExpression={"external_ref": {"$type": "string"}},
        )
        self._tickets.create_index("source", partialFilterExpression={"source": {"$exists": True}})
        self._removed.create_index(["source", "external_ref"])
        for order in ("updated_at", "created_at", "priority", "serial"):
            self._tickets.create_index([order, "_id"])
        self._tickets.create_index(["requester_id", "updated_at", "_id"])
        some = {"participant_ids": {"$exists": True}}
        self._tickets.create_index(["participant_ids", "updated_at", "_id"], partialFilterExpression=some)
        # These have no time field, so that an update which keeps team, assignee and state does not change them.
        self._tickets.create_index(["team_id", "state"])
        self._tickets.create_index(["assignee_id", "state"])
        self._tickets.create_index(["category_id", "state"])
        # Without these, finding the newest twenty tickets with a rare value would scan all tickets.
        for name in INDEXED:
            self._tickets.create_index(name)

        self._tickets.create_index("left_by_id", sparse=True)
        self._log.create_index(_ATTACHED, sparse=True)

    def by_id(self, ticket_id: str) -> Stored | None:
        return self._load(ticket_id)

    def by_number(self, number: str) -> Stored | None:
        return self._load_numbered(number)

    def views(self, numbers: Sequence[str]) -> list[TicketView | None]:
        return batched.find_views(self._tickets, numbers)

    def by_ref(self, source: str, external_ref: str) -> Stored | None:
        document = self._tickets.find_one({"source": source, "external_ref": external_ref, **NOT_PURGED})
        return None if document is None else to_stored(document)

    def next_serial(self) -> int:
        return self._draw(None)

    def insert(self, ticket: Ticket, events: Sequence[Event], create_hash: bytes) -> None:
        try:
            self._outbox.insert(to_document(ticket, create_hash), events)
        except DuplicateKeyError as error:
            pattern = (error.details or {})["keyPattern"]
            raise Taken(next(_UNIQUE[name] for name in pattern if name in _UNIQUE)) from None

    def turn(self, number: str) -> AbstractContextManager[None]:
        return self._turns.of(number)

    def save(self, before: Ticket, after: Ticket, events: Sequence[Event], command: CommandRecord | None) -> None:
        self._outbox.save(before.id, before.version, changed_members(before, after), events, command)

    def events(self, stored: Stored, after: int = 0) -> Iterator[Event]:
        return self._events(stored, range(after + 1, stored.ticket.version + 1), newest_first=False)

    def latest_events(self, stored: Stored, before: int | None = None) -> Iterator[Event]:
        end = stored.ticket.version + 1
        return self._events(stored, range(1, end if before is None else min(before, end)), newest_first=True)

    def _events(self, stored: Stored, span: range, *, newest_first: bool) -> Iterator[Event]:
        """`span` ends with the version that was read: the relay writes a batch in any order, so the log may have the
        second of newer events before the first."""
        within = {"$gte": span.start, "$lt": span.stop}
        rows = self._log.find({"subject": stored.ticket.id, "sequence": within})
        rows.sort("sequence", DESCENDING if newest_first else ASCENDING)
        pending = [event for event in stored.pending if event.sequence in span]
        waiting = reversed(pending) if newest_first else pending
        last = 0
        for event in merge(map(from_row, rows), waiting, key=lambda event: event.sequence, reverse=newest_first):
            if event.sequence != last:
                last = event.sequence
                yield event

    def find_by_source(self, source: str, limit: int) -> list[Stored]:
        return [to_stored(document) for document in self._tickets.find({"source": source, **NOT_PURGED}).limit(limit)]

    def holders(
        self, *, people: Collection[str] | None = None, teams: Collection[str] | None = None
    ) -> Collection[Holder]:
        # Every text is greater than the empty one. Null is not, so that the indexes find only tickets with a person.
        whose: Document = {"$gt": ""} if people is None else {"$in": [*people]}
        held = {"$or": [{"assignee_id": whose}, {"left_by_id": whose, "assignee_id": None}], **_ACTIVE}
        within = {} if teams is None else {"team_id": {"$in": [*teams]}}
        person = {"$ifNull": ["$assignee_id", "$left_by_id"]}
        group = {"_id": {"person": person, "team": {"$ifNull": ["$team_id", None]}}}
        found = self._tickets.aggregate([{"$match": {**held, **within}}, {"$group": group}])
        return [(one["_id"]["person"], one["_id"]["team"]) for one in found]

    def find_assigned(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        return self._find_active({"assignee_id": person_id, "team_id": team_id}, limit)

    def find_left_by(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        return self._find_active({"left_by_id": person_id, "assignee_id": None, "team_id": team_id}, limit)

    def _find_active(self, condition: Document, limit: int) -> list[Stored]:
        return [to_stored(document) for document in self._tickets.find({**condition, **_ACTIVE}).limit(limit)]

    def remove_purged(self, source: str, limit: int) -> int:
        on_the_bus = {"source": source, "purged_at": {"$ne": None}, "pending_at": None}
        found = list(self._tickets.find(on_the_bus, {"source": 1, "external_ref": 1, "purged_at": 1}).limit(limit))
        if not found:
            return 0
        ids = [document["_id"] for document in found]
        # The ticket is deleted after its log, so that after a crash it is found again and everything is repeated.
        self._removed.bulk_write([ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in found], ordered=False)
        self._delete_log(ids)
        self._imported_steps.delete_many({"ticket_id": {"$in": ids}})
        deleted = self._tickets.delete_many({"_id": {"$in": ids}}).deleted_count
        # A relay that has just written old rows again may have looked for the ticket before it was deleted.
        self._delete_log(ids)
        return deleted

    def delete_removed_logs(self) -> int:
        """Deletes what a relay that was killed has left in the log of removed tickets. Returns how many rows."""
        removed, rows = self._removed.find({}, {"_id": 1}), 0
        while ids := [document["_id"] for document in islice(removed, REMOVED_AT_ONCE)]:
            rows += self._delete_log(ids)
        return rows

    def _delete_log(self, ids: Sequence[str]) -> int:
        return self._log.delete_many({"subject": {"$in": [*ids]}}).deleted_count

    def count_by_source(self, source: str) -> int:
        return self._tickets.count_documents({"source": source})

    def count_removed(self, source: str, external_ref: str) -> int:
        return self._removed.count_documents({"source": source, "external_ref": external_ref})

    def find_attached(self, ids: Collection[str]) -> set[str]:
        rows = self._log.find({_ATTACHED: {"$in": list(ids)}}, {_ATTACHED: 1})
        named = (one["id"] for row in rows for one in row["data"]["comment"]["attachments"])
        return {file_id for file_id in named if file_id in ids}

    def find(self, filter: Filter, order: Order, after: Position | None, limit: int) -> list[TicketView]:
        field, direction = _SORT_PATHS.get(order.field, order.field), -1 if order.descending else 1
        behind = after_cursor(field, order.descending, *after) if after else {}
        query = {"$and": [to_mongo(filter, _PATHS), behind], **NOT_PURGED}
        return self._list(encode({"query": query, "sort": [[field, direction], ["_id", direction]], "limit": limit}))

    def count(self, filter: Filter, at_most: int) -> int:
        query = {"$and": [to_mongo(filter, _PATHS)], **NOT_PURGED}
        return self._count(encode({"query": query, "limit": at_most}))

    def tags(self, filter: Filter, begins: str, limit: int) -> Iterator[list[str]]:
        begun = {"tags": {"$regex": f"^{re.escape(begins)}", "$options": "i"}}
        query = {"$and": [begun, to_mongo(filter, _PATHS)], **NOT_PURGED}
        return (document["tags"] for document in self._tickets.find(query, {"tags": 1}).limit(limit))

    def logged_since(self, since: datetime, filter: Filter, moves: Collection[str]) -> Iterator[Event]:
        moved = {"sequence": {"$gt": 1}, "$or": [{f"data.changes.{name}": {"$exists": True}} for name in moves]}
        new = {"logged_at": {"$gte": since}, "historical": {"$ne": True}}
        query = {**new, "$or": [to_mongo(filter, _LOG_PATHS), moved]}
        return map(from_row, self._log.find(query).sort("logged_at"))
