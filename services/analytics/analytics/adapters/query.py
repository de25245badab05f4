"""Builds the queries to the facts."""

from collections.abc import Mapping

from pymongo import DESCENDING, IndexModel

from analytics.adapters.document import Document
from analytics.domain.period import Period
from analytics.usecases.ports import Place
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter, to_mongo
from trackline_schemas.ticket.states import ACTIVE

NEWEST_FIRST = (("created_at", DESCENDING), ("_id", DESCENDING))
LIST = "list"
OTHERS = "others"
GAPS: Document = {"ask_at": {"$type": "date"}}
REPLAYED: Document = {"replayed": {"$gt": 0}}
# An earlier version neither announces what it writes nor keeps this field.
UNANNOUNCED: Document = {"announced": None}

INDEXES = [
    IndexModel([*NEWEST_FIRST, *((name, 1) for name in ("last_resolution_at", "replied_at", "done_at"))], name=LIST),
    IndexModel([("event_at", DESCENDING)]),
    IndexModel([("ask_at", 1)], partialFilterExpression=GAPS),
    IndexModel([("replayed", 1)], partialFilterExpression=REPLAYED),
    IndexModel([("announced", 1), ("_id", 1)], name=OTHERS, partialFilterExpression=UNANNOUNCED),
]


def counted(where: Filter, period: Period, measure: Counted, after: Place | None) -> Document:
    begun = {"created_at": {"$lt": period.end}}
    wanted: Mapping[Counted, Document] = {
        "created": {"created_at": _inside(period)},
        "first_reply": {"replied_at": _inside(period), **begun},
        "resolved": {"last_resolution_at": _inside(period), **begun},
        "reopened": {"last_resolution_at": _inside(period), "reopenings": {"$gt": 0}, **begun},
        "backlog": {**_active_at_the_end(period), **begun},
        "excluded": {"created_at": _inside(period)},
    }
    outside = {"excluded": {"$ne": None} if measure == "excluded" else None}
    return {"$and": [outside, wanted[measure], *_after(after), to_mongo(where)]}


def _after(after: Place | None) -> list[Document]:
    if after is None:
        return []
    created_at, id_ = after
    return [{"created_at": {"$lte": created_at}, "$or": [{"created_at": {"$lt": created_at}}, {"_id": {"$lt": id_}}]}]


def _inside(period: Period) -> Document:
    return {"$gte": period.start, "$lt": period.end}


def _active_at_the_end(period: Period) -> Document:
    later: list[Document] = [{"end": None}, {"end": {"$gte": period.end}}]
    span = {"state": {"$in": sorted(ACTIVE)}, "start": {"$lt": period.end}, "$or": later}
    return {"done_at": {"$not": {"$lt": period.end}}, "spans": {"$elemMatch": span}}
