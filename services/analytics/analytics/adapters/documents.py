"""A fact as it rests in MongoDB: the ticket's fields lie at the top, where filters look for them."""

from typing import Any

from analytics.domain.fact import Fact, Span, Step
from trackline_schemas.filters import TICKET_FIELDS

Document = dict[str, Any]

_PLAIN = (
    "revision applied known replayed ask_at asks event_at replied_at first_resolution_at last_resolution_at done_at"
    " reopenings team_changes assignee_changes"
).split()


def to_document(fact: Fact) -> Document:
    parked = [_parked(fact.parked[sequence]) for sequence in sorted(fact.parked)]
    spans = [{"state": span.state, "start": span.start, "end": span.end} for span in fact.spans]
    derived = {"excluded": fact.excluded, "parked": parked, "spans": spans}
    return {**fact.ticket, "_id": fact.id, **{name: getattr(fact, name) for name in _PLAIN}, **derived}


def to_fact(document: Document) -> Fact:
    parked = {row["sequence"]: Step(**row) for row in document["parked"]}
    spans = [Span(**row) for row in document["spans"]]
    ticket = {name: document[name] for name in TICKET_FIELDS if name in document}
    plain = {name: document[name] for name in _PLAIN}
    return Fact(document["_id"], ticket=ticket, parked=parked, spans=spans, **plain)


def _parked(step: Step) -> Document:
    names = ("sequence", "time", "ticket", "sets_state", "replied")
    return {name: getattr(step, name) for name in names}
