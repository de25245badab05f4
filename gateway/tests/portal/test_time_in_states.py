"""How long a ticket was in each state, from its history."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.ticket.timeline import time_in_states
from trackline_schemas.ticket.views import HistoryEntry

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATES = ["new", "open", "pending", "on_hold", "resolved", "closed"]


def entry(hours: float, **changes: Any) -> HistoryEntry:
    at = START + hours * HOUR
    return HistoryEntry(
        id=f"t:{hours}", type="ticket.updated.v1", sequence=1, time=at, recorded_at=at, actor_id="anna", changes=changes
    )


def test_each_stay_in_a_state_counts_up_to_now() -> None:
    history = [
        entry(0, state=(None, "new")), entry(1, state=("new", "open")), entry(2, title=("a", "b")),
        entry(4, state=("open", "pending")), entry(9, state=("pending", "open")),
    ]  # fmt: skip
    spent = time_in_states(history, START + 10 * HOUR)
    assert list(spent.items()) == [("new", HOUR), ("open", 4 * HOUR), ("pending", 5 * HOUR)]


def test_final_states_do_not_count_and_the_first_change_tells_the_first_state() -> None:
    history = [entry(0), entry(3, state=("new", "closed"))]
    assert time_in_states(history, START + 100 * HOUR) == {"new": 3 * HOUR}
    assert time_in_states([entry(0)], START + HOUR) == {}


@given(st.lists(st.tuples(st.sampled_from(STATES[:5]), st.integers(0, 50)), min_size=1, max_size=20))
def test_the_sum_is_the_age_of_a_ticket_that_was_never_closed(moves: list[tuple[str, int]]) -> None:
    hours, before, history = 0, None, []
    for state, pause in moves:
        history.append(entry(hours, state=(before, state)))
        hours, before = hours + pause, state
    spent = time_in_states(history, START + hours * HOUR)
    assert sum(spent.values(), timedelta()) == hours * HOUR
