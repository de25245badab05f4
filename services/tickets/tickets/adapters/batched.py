"""The work that callers of the same moment share. Each function answers its items in order (see Coalescer), or one
question, which is BSON so that equal questions are equal keys (see Sharing)."""

from collections.abc import Sequence
from typing import cast

from bson import decode
from pymongo import ReturnDocument
from pymongo.collection import Collection

from tickets.adapters.document import NOT_LISTED, to_stored, to_view
from tickets.usecases.ports import Stored
from trackline_chassis.mongo import Document
from trackline_schemas.ticket.views import TicketView

FIRST_SERIAL = 1001
NOT_PURGED: Document = {"purged_at": None}


def load_by_id(tickets: Collection[Document], ids: Sequence[str]) -> list[Stored | None]:
    found = {document["_id"]: to_stored(document) for document in tickets.find({"_id": {"$in": [*ids]}})}
    return [found.get(ticket_id) for ticket_id in ids]


def load_by_number(tickets: Collection[Document], numbers: Sequence[str]) -> list[Stored | None]:
    wanted = {"number": {"$in": [*numbers]}, **NOT_PURGED}
    found = {document["number"]: to_stored(document) for document in tickets.find(wanted)}
    return [found.get(number) for number in numbers]


def find_views(tickets: Collection[Document], numbers: Sequence[str]) -> list[TicketView | None]:
    wanted = {"number": {"$in": [*numbers]}, **NOT_PURGED}
    found = {document["number"]: to_view(document) for document in tickets.find(wanted, NOT_LISTED)}
    return [found.get(number) for number in numbers]


def draw_serials(counters: Collection[Document], draws: Sequence[None]) -> list[int]:
    """Returns as many consecutive serials as there are draws, and never one that was drawn before."""
    counter = counters.find_one_and_update(
        {"_id": "ticket"}, {"$inc": {"drawn": len(draws)}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    last = FIRST_SERIAL - 1 + int(cast(Document, counter)["drawn"])
    return [*range(last - len(draws) + 1, last + 1)]


def list_views(tickets: Collection[Document], asked: bytes) -> list[TicketView]:
    """`asked` has `query`, `sort` as [[path, direction]], and `limit`."""
    question = decode(asked)
    found = tickets.find(question["query"], NOT_LISTED).sort(question["sort"]).limit(question["limit"])
    return [to_view(document) for document in found]


def count(tickets: Collection[Document], asked: bytes) -> int:
    """`asked` has `query` and `limit`, at which counting stops."""
    question = decode(asked)
    # With a sort MongoDB scans an index instead of the whole collection if the condition has no index.
    found = tickets.find(question["query"], {"_id": 1}).sort([("updated_at", -1)]).limit(question["limit"])
    return len(list(found))
