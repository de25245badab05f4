"""Converts facts to and from their MongoDB documents. The fields of the ticket are at the top level, for filters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.domain.fact import TIMED, Fact, Span, Step
from trackline_schemas.filters import TICKET_FIELDS

Document = dict[str, Any]
MILLISECOND = timedelta(milliseconds=1)
# No period can begin later.
NEVER = datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)

_IN = {state: f"in_{state}" for state in TIMED}
_PLAIN = (
    "revision applied known replayed ask_at asks event_at replied_at first_resolution_at last_resolution_at done_at"
    " reopenings team_changes assignee_changes"
).split()


def to_document(fact: Fact) -> Document:
    parked = [_parked(fact.parked[sequence]) for sequence in sorted(fact.parked)]
    spans = [{"state": span.state, "start": span.start, "end": span.end} for span in fact.spans]
    plain = {name: getattr(fact, name) for name in _PLAIN}
    written = {**fact.ticket, "_id": fact.id, **plain, **_derived(fact), "parked": parked, "spans": spans}
    return {**written, "announced": True}


def to_fact(document: Document) -> Fact:
    parked = {row["sequence"]: Step(**row) for row in document["parked"]}
    spans = [Span(**row) for row in document["spans"]]
    ticket = {name: document[name] for name in TICKET_FIELDS if name in document}
    plain = {name: document[name] for name in _PLAIN}
    return Fact(document["_id"], ticket=ticket, parked=parked, spans=spans, **plain)


def _derived(fact: Fact) -> Document:
    """Fields for queries: `in_<state>` are the milliseconds in a state that was left, `rests` are pairs of instants."""
    if fact.entered_at is None:
        return {}
    rests = fact.rests
    derived: Document = {
        "excluded": fact.excluded,
        "settled_at": fact.settled_at or NEVER,
        "entered_at": fact.entered_at,
        # An index over an array cannot answer a query alone, but an index over an object can.
        "rests": {"all": [[*rest] for rest in rests]} if rests else None,
    }
    for span in fact.spans:
        if span.end and (name := _IN.get(span.state)):
            derived[name] = derived.get(name, 0) + (span.end - span.start) // MILLISECOND
    return derived


def _parked(step: Step) -> Document:
    names = ("sequence", "time", "ticket", "sets_state", "replied")
    return {name: getattr(step, name) for name in names}
