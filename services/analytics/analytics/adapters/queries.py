"""What is asked of the facts: filters, projections and one pipeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pymongo import DESCENDING

from analytics.adapters.documents import Document
from analytics.domain.fact import ACTIVE, TIMED
from analytics.domain.periods import Period
from analytics.usecases.ports import Place
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter, to_mongo

NEWEST_FIRST = (("created_at", DESCENDING), ("_id", DESCENDING))
ROW_TIMES = ("created_at", "replied_at", "first_resolution_at", "last_resolution_at")
_ACTIVE_SPANS = {"$filter": {"input": "$spans", "cond": {"$in": ["$$this.state", sorted(ACTIVE)]}}}
# A fact follows the later of two clocks, the ticket's own field does not.
_SKEW = timedelta(days=1)


def concerned(where: Filter, period: Period) -> Document:
    names = ("created_at", "replied_at", "last_resolution_at")
    happened: list[Document] = [{name: _inside(period)} for name in names]
    return {"$and": [{"$or": [*happened, _active(period.end, after=period.start)]}, to_mongo(where)]}


def row_fields(key: Sequence[str]) -> Document:
    active = {"$map": {"input": _ACTIVE_SPANS, "in": ["$$this.start", "$$this.end"]}}
    shown: Document = {"_id": 0, "active": active, "reassignments": "$team_changes"}
    return {**dict.fromkeys(("excluded", "reopenings", *ROW_TIMES, *key), 1), **shown}


def counted(where: Filter, period: Period, measure: Counted, after: Place | None) -> Document:
    wanted: Mapping[Counted, Document] = {
        "created": {"created_at": _inside(period)},
        "first_reply": {"replied_at": _inside(period)},
        "resolved": {"last_resolution_at": _inside(period)},
        "reopened": {"last_resolution_at": _inside(period), "reopenings": {"$gt": 0}},
        "backlog": _active(period.end),
        "excluded": {"created_at": _inside(period)},
    }
    outside = {"excluded": {"$ne": None} if measure == "excluded" else None}
    return {"$and": [outside, wanted[measure], *_following(after), to_mongo(where)]}


def state_time(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Rows of state, milliseconds and the fields of the key under _id."""
    open_then = {"$or": [{"closed_at": None}, {"closed_at": {"$gt": _earlier(period.start)}}]}
    start = {"$max": ["$spans.start", period.start]}
    end = {"$min": [{"$ifNull": ["$spans.end", period.end]}, period.end]}
    return [
        {"$match": {"$and": [{"excluded": None, "created_at": {"$lt": period.end}}, open_then, to_mongo(where)]}},
        {"$project": {"spans": 1, **dict.fromkeys(key, 1)}},
        {"$unwind": "$spans"},
        {"$match": {"spans.state": {"$in": sorted(TIMED)}, **_prefixed(_overlaps(period.end, after=period.start))}},
        {
            "$group": {
                "_id": {"state": "$spans.state", **{f"key_{name}": f"${name}" for name in key}},
                "milliseconds": {"$sum": {"$subtract": [end, start]}},
            }
        },
        {"$match": {"milliseconds": {"$gt": 0}}},
    ]


def _following(after: Place | None) -> list[Document]:
    if after is None:
        return []
    created_at, id_ = after
    return [{"$or": [{"created_at": {"$lt": created_at}}, {"created_at": created_at, "_id": {"$lt": id_}}]}]


def _inside(period: Period) -> Document:
    return {"$gte": period.start, "$lt": period.end}


def _active(before: datetime, after: datetime | None = None) -> Document:
    """Active when everything before an instant had happened, or at some time between two."""
    # What was done by then is left out by index.
    done_later = {"$gt": after} if after else {"$gte": before}
    span = {"state": {"$in": sorted(ACTIVE)}, **_overlaps(before, after)}
    return {"$or": [{"done_at": None}, {"done_at": done_later}], "spans": {"$elemMatch": span}}


def _overlaps(before: datetime, after: datetime | None = None) -> Document:
    later = {"$gt": after} if after else {"$gte": before}
    return {"start": {"$lt": before}, "$or": [{"end": None}, {"end": later}]}


def _prefixed(overlap: Document) -> Document:
    either = [{f"spans.{name}": value for name, value in one.items()} for one in overlap["$or"]]
    return {"spans.start": overlap["start"], "$or": either}


def _earlier(instant: datetime) -> datetime:
    return instant - _SKEW if instant.year > 1 else instant
