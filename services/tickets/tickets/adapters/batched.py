"""The work that callers of the same moment share. Each function answers its items in order (see Coalescer)."""

from collections.abc import Sequence
from typing import cast

from pymongo import ReturnDocument
from pymongo.collection import Collection

from tickets.adapters.document import to_stored
from tickets.usecases.ports import Stored
from trackline_chassis.mongo import Document

FIRST_SERIAL = 1001
NOT_PURGED: Document = {"purged_at": None}


def load_by_id(tickets: Collection[Document], ids: Sequence[str]) -> list[Stored | None]:
    found = {document["_id"]: to_stored(document) for document in tickets.find({"_id": {"$in": [*ids]}})}
    return [found.get(ticket_id) for ticket_id in ids]


def load_by_number(tickets: Collection[Document], numbers: Sequence[str]) -> list[Stored | None]:
    wanted = {"number": {"$in": [*numbers]}, **NOT_PURGED}
    found = {document["number"]: to_stored(document) for document in tickets.find(wanted)}
    return [found.get(number) for number in numbers]


def draw_serials(counters: Collection[Document], draws: Sequence[None]) -> list[int]:
    """Returns as many consecutive serials as there are draws, and never one that was drawn before."""
    counter = counters.find_one_and_update(
        {"_id": "ticket"}, {"$inc": {"drawn": len(draws)}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    last = FIRST_SERIAL - 1 + int(cast(Document, counter)["drawn"])
    return [*range(last - len(draws) + 1, last + 1)]
