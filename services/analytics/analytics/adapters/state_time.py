"""Computes the time in each state. For most facts the numbers in an index are enough. For the few that changed state
across an edge of the period, their spans are read."""

from collections.abc import Iterator, Sequence

from pymongo.collection import Collection

from analytics.adapters import query
from analytics.adapters.document import MILLISECOND, Document
from analytics.domain.period import Period
from trackline_schemas.filters import Filter

Time = tuple[Document, str, int]


def times(facts: Collection[Document], where: Filter, period: Period, key: Sequence[str]) -> Iterator[Time]:
    """Yields (group, state, milliseconds), in several parts per group."""
    whole = (period.end - period.start) // MILLISECOND
    for hint, build in ((query.STAY, query.stays), (query.LIFE, query.waits)):
        for row in facts.aggregate(build(where, period, key), hint=hint):
            yield row["_id"], row["_id"]["state"], row["facts"] * whole
    for row in facts.aggregate(query.newcomers(where, period, key), hint=query.LIFE):
        yield from _of_newcomers(row)
    before = ({"$lt": period.start}, {"$gt": period.start})
    after = ({"$gte": period.start, "$lt": period.end}, {"$gt": period.end})
    for created, entered in (before, after):
        for row in facts.aggregate(query.movers(where, period, key, created, entered), hint=query.LIFE):
            yield row["_id"], row["_id"]["state"], row["milliseconds"]


def _of_newcomers(row: Document) -> Iterator[Time]:
    for state in query.STATES:
        yield row["_id"], state, row[state]
    if row["_id"]["state"] in query.STATES:
        yield row["_id"], row["_id"]["state"], row["stay"]
