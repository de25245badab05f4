"""The ticket service and analytics agree on when a ticket was resolved, whatever states an import puts it through."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.fact import Fact
from analytics.usecases.fact import to_step
from tickets.domain.imports import Origin, Step, replay_steps
from tickets.domain.update import Update
from tickets.usecases.events import ticket_event
from trackline_schemas.context import CallContext
from trackline_schemas.ticket.states import DONE, STATES

START = datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
OPENED = {"title": "Symptom 72", "requester_id": "caller"}


@given(st.lists(st.tuples(st.sampled_from(list(STATES)), st.integers(-1, 3)), min_size=1, max_size=12))
def test_tickets_and_analytics_have_the_same_resolution(moves: list[tuple[str, int]]) -> None:
    at = START
    steps: list[Step] = []
    for state, hours in moves:
        at += timedelta(hours=hours)
        changes = {"state": state} if steps else {**OPENED, "state": state}
        steps.append(Step(b"", at, "clerk", Update(changes)))
    stages = replay_steps(Origin("old", "INC77", "phone"), steps, "t1", 1001)
    fact = Fact("t1")
    for stage in stages:
        fact.take(to_step(ticket_event(stage, CallContext())))
        if stage.state in DONE:
            assert stage.resolved_at == fact.last_resolution_at
