"""Builds the queries to the facts. MongoDB answers those that may concern many facts from an index alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import DESCENDING, IndexModel

from analytics.adapters.document import NEVER, Document
from analytics.adapters.expression import to_expression
from analytics.domain.fact import TIMED
from analytics.domain.period import Period
from analytics.usecases.ports import Place
from trackline_schemas.access import DECIDING
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter, to_mongo
from trackline_schemas.ticket.fields import GROUPS
from trackline_schemas.ticket.states import ACTIVE

NEWEST_FIRST = (("created_at", DESCENDING), ("_id", DESCENDING))
LIFE, RESTS, STAY, LIST = "life", "rests", "stay", "list"
_COLUMNS = "created_at done_at replied_at first_resolution_at last_resolution_at reopenings team_changes".split()
# The fields that screens filter and group by, and those that decide who may read a ticket.
_DIMENSIONS = tuple(dict.fromkeys((*DECIDING, *(name for name in GROUPS if name != "state"))))
STATES = sorted(TIMED)

GAPS: Document = {"ask_at": {"$type": "date"}}
REPLAYED: Document = {"replayed": {"$gt": 0}}
_RESOLVED: Document = {"state": "resolved"}
_ANY_RESTS: Document = {"rests": {"$type": "object"}}


def _index(name: str, *fields: str, only: Document | None = None) -> IndexModel:
    partial = {"partialFilterExpression": only} if only else {}
    return IndexModel([(field, 1) for field in fields], name=name, **partial)


INDEXES = [
    _index(
        LIFE,
        *("settled_at", "created_at", "entered_at", "state", "excluded", *_DIMENSIONS),
        *(column for column in _COLUMNS if column != "created_at"),
        *(f"in_{state}" for state in STATES),
    ),
    _index(RESTS, "settled_at", "created_at", "excluded", "state", *_DIMENSIONS, "rests", only=_ANY_RESTS),
    _index(STAY, "state", "entered_at", "created_at", "excluded", *_DIMENSIONS, only=_RESOLVED),
    IndexModel([*NEWEST_FIRST, *((name, 1) for name in ("last_resolution_at", "replied_at", "done_at"))], name=LIST),
    IndexModel([("event_at", DESCENDING)]),
    IndexModel([("ask_at", 1)], partialFilterExpression=GAPS),
    IndexModel([("replayed", 1)], partialFilterExpression=REPLAYED),
]


def lives(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Returns a pipeline whose rows have one list for each column."""
    return _lives(where, key, _started_and_unsettled(period), _COLUMNS)


def rests(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Returns a pipeline for the rests of the same facts, as far as they have any."""
    return _lives(where, key, {**_started_and_unsettled(period), **_ANY_RESTS}, ["rests"])


def stays(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Counts the facts that were resolved during the whole period."""
    return _group_by_state(where, key, {**_RESOLVED, **_since(period)}, _COUNT)


def waits(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Counts the facts that were in one active state during the whole period, by that state."""
    return _group_by_state(where, key, {"settled_at": NEVER, **_since(period)}, _COUNT)


def newcomers(where: Filter, period: Period, key: Sequence[str]) -> list[Document]:
    """Sums milliseconds over facts that began in the period and have not changed state after it: for each state that
    they left, and under `stay` for their present one."""
    moved = {"settled_at": {"$gte": period.start}, "created_at": _inside(period), "entered_at": {"$lte": period.end}}
    left: Document = {state: {"$sum": f"$in_{state}"} for state in STATES}
    return _group_by_state(where, key, moved, {**left, "stay": {"$sum": {"$subtract": [period.end, "$entered_at"]}}})


def movers(where: Filter, period: Period, key: Sequence[str], created: Document, entered: Document) -> list[Document]:
    """Sums milliseconds by state, from the spans of the facts whose creation and last change of state match."""
    start = {"$max": ["$spans.start", period.start]}
    end = {"$min": [{"$ifNull": ["$spans.end", period.end]}, period.end]}
    matched = {"settled_at": {"$gte": period.start}, "created_at": created, "entered_at": entered, "excluded": None}
    return [
        {"$match": {"$and": [matched, to_mongo(where)]}},
        {"$project": {"spans": 1, **dict.fromkeys(key, 1)}},
        {"$unwind": "$spans"},
        {"$match": {"spans.state": {"$in": STATES}, **_prefixed(_overlaps(period.end, after=period.start))}},
        {
            "$group": {
                "_id": {"state": "$spans.state", **_group_key(key)},
                "milliseconds": {"$sum": {"$subtract": [end, start]}},
            }
        },
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


_COUNT: Document = {"facts": {"$sum": 1}}


def _since(period: Period) -> Document:
    return {"entered_at": {"$lte": period.start}, "created_at": {"$lt": period.start}}


def _lives(where: Filter, key: Sequence[str], matched: Document, columns: Sequence[str]) -> list[Document]:
    # Each month is a group of its own, because a document may have at most 16 MB.
    parts = {"excluded": "$excluded", "month": {"$month": "$created_at"}}
    return _group(key, matched, parts, to_expression(where), {name: {"$push": f"${name}"} for name in columns})


def _group_by_state(where: Filter, key: Sequence[str], matched: Document, sums: Document) -> list[Document]:
    wanted = {"$and": [{"$lte": ["$excluded", None]}, to_expression(where)]}
    return _group(key, matched, {"state": "$state"}, wanted, sums)


def _group(key: Sequence[str], matched: Document, parts: Document, wanted: Document, sums: Document) -> list[Document]:
    # As part of the group, the filter is answered from the index. As a $match it would read every document.
    group = {"_id": {**_group_key(key), **parts, "wanted": wanted}, **sums}
    return [{"$match": matched}, {"$group": group}, {"$match": {"_id.wanted": True}}]


def _group_key(key: Sequence[str]) -> Document:
    return {f"key_{name}": f"${name}" for name in key}


def _started_and_unsettled(period: Period) -> Document:
    return {"settled_at": {"$gte": period.start}, "created_at": {"$lt": period.end}}


def _after(after: Place | None) -> list[Document]:
    if after is None:
        return []
    created_at, id_ = after
    return [{"created_at": {"$lte": created_at}, "$or": [{"created_at": {"$lt": created_at}}, {"_id": {"$lt": id_}}]}]


def _inside(period: Period) -> Document:
    return {"$gte": period.start, "$lt": period.end}


def _active_at_the_end(period: Period) -> Document:
    span = {"state": {"$in": sorted(ACTIVE)}, **_overlaps(period.end)}
    return {"done_at": {"$not": {"$lt": period.end}}, "spans": {"$elemMatch": span}}


def _overlaps(before: datetime, after: datetime | None = None) -> Document:
    later = {"$gt": after} if after else {"$gte": before}
    return {"start": {"$lt": before}, "$or": [{"end": None}, {"end": later}]}


def _prefixed(overlap: Document) -> Document:
    either = [{f"spans.{name}": value for name, value in one.items()} for one in overlap["$or"]]
    return {"spans.start": overlap["start"], "$or": either}
