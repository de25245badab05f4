from random import Random

from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.fact import MAX_PARKED, Fact, Outcome, Span
from analytics.usecases.fact import to_step

from .stories import HOUR, START, Story, random_story
from .world import PATIENCE, fold_in_order


def folded(story: Story) -> Fact:
    return fold_in_order(story)[story.id]


@given(st.integers(0, 10**9), st.data())
def test_any_order_with_duplicates_folds_to_the_same_fact(seed: int, data: st.DataObject) -> None:
    story = random_story(Random(seed), "t1", skewed=True)
    repeated = data.draw(st.lists(st.sampled_from(story.events), max_size=5))
    fact = Fact("t1")
    for event in data.draw(st.permutations(story.events + repeated)):
        before = fact.applied
        fact.take(to_step(event))
        fact.settle(before, START, PATIENCE)
    assert fact == folded(story)
    assert fact.applied == len(story.events)


@given(st.integers(0, 10**9))
def test_spans_cover_the_whole_life_of_a_ticket(seed: int) -> None:
    fact = folded(random_story(Random(seed), "t1", skewed=True))
    assert fact.spans[0].start == fact.ticket["created_at"]
    assert [span.end for span in fact.spans[:-1]] == [span.start for span in fact.spans[1:]]
    assert all(span.end is None or span.end >= span.start for span in fact.spans)
    assert (fact.spans[-1].end, fact.spans[-1].state) == (None, fact.ticket["state"])


def test_a_resolution_while_resolved_moves_the_last_one_and_reopens_nothing() -> None:
    story = Story().update(1, state="open").update(5, state="resolved").update(9, state="resolved")
    fact = folded(story)
    assert (fact.first_resolution_at, fact.last_resolution_at) == (START + 5 * HOUR, START + 9 * HOUR)
    assert fact.reopenings == 0
    assert fact.spans[-1] == Span("resolved", START + 5 * HOUR)


def test_other_changes_of_a_resolved_ticket_do_not_move_its_resolution() -> None:
    fact = folded(Story().update(5, state="resolved").update(6, priority=1).update(7, state="closed"))
    assert fact.last_resolution_at == fact.done_at == START + 5 * HOUR


def test_reopenings_lead_from_resolved_or_closed_to_an_active_state() -> None:
    story = Story().update(1, state="resolved").update(2, state="open").update(3, state="closed")
    story.update(4, state="pending").update(5, state="cancelled").update(6, state="open")
    fact = folded(story)
    assert fact.reopenings == 2
    assert fact.done_at is None


def test_closing_at_once_is_a_resolution_unless_the_ticket_was_cancelled() -> None:
    assert folded(Story().update(3, state="closed")).last_resolution_at == START + 3 * HOUR
    assert folded(Story().update(1, state="cancelled").update(3, state="closed")).last_resolution_at is None


def test_closing_a_reopened_ticket_leaves_its_resolution_where_it_was() -> None:
    fact = folded(Story().update(3, state="resolved").update(4, state="open").update(9, state="closed"))
    assert fact.last_resolution_at == START + 3 * HOUR
    assert fact.done_at == START + 9 * HOUR


def test_a_ticket_may_begin_resolved() -> None:
    fact = folded(Story(state="resolved"))
    assert fact.last_resolution_at == START == fact.done_at


def test_the_first_reply_is_public_by_an_agent_and_not_by_the_requester() -> None:
    story = Story().reply(1, visibility="internal").reply(2, author="rita").reply(3, role="system")
    story.reply(4, author="rita", role="requester")
    assert folded(story).replied_at is None
    assert folded(story.reply(5).reply(6)).replied_at == START + 5 * HOUR


def test_a_description_that_an_agent_wrote_for_somebody_is_no_reply() -> None:
    story = Story(opened_by_id="anna")
    comment = {"id": "c", "text": "x", "visibility": "public", "author_id": "anna", "role": "agent", "time": START}
    story.events[0].data["comment"] = comment
    assert folded(story).replied_at is None


def test_changes_of_team_and_assignee_include_none() -> None:
    story = Story(team_id="desk").update(1, team_id="net").update(2, team_id=None).update(3, team_id="hr")
    story.update(4, assignee_id="anna").update(5, assignee_id="bert")
    fact = folded(story)
    assert (fact.team_changes, fact.assignee_changes) == (3, 2)


def test_merged_and_cancelled_are_excluded_while_they_are_so() -> None:
    assert folded(Story().update(1, state="closed", close_reason="merged")).excluded == "merged"
    story = Story().update(1, state="cancelled")
    assert folded(story).excluded == "cancelled"
    assert folded(story.update(2, state="open")).excluded is None


def test_time_in_states_is_cut_at_the_ends_of_the_period() -> None:
    fact = folded(Story().update(2, state="pending").update(4, state="resolved").update(9, state="closed"))
    hours = {state: seconds / 3600 for state, seconds in fact.state_time(START + HOUR, START + 7 * HOUR).items()}
    assert hours == {"new": 1, "pending": 2, "resolved": 3}
    assert fact.state_time(START + 9 * HOUR, START + 99 * HOUR) == {}


def test_parking_is_bounded_and_what_was_dropped_keeps_the_gap_open() -> None:
    story = Story()
    for hour in range(MAX_PARKED + 10):
        story.update(hour + 1, priority=1)
    steps = [to_step(event) for event in story.events]
    fact = Fact("t1")
    assert {fact.take(step) for step in steps[1:]} == {Outcome.PARKED}
    assert len(fact.parked) == MAX_PARKED
    fact.take(steps[0])
    fact.settle(0, START, PATIENCE)
    assert fact.applied == MAX_PARKED + 1
    assert (fact.known, fact.ask_at) == (len(steps), START + PATIENCE)


def test_asking_again_waits_twice_as_long_each_time_up_to_a_limit() -> None:
    fact = Fact("t1", known=2)
    fact.settle(0, START, PATIENCE)
    waits = []
    for _ in range(8):
        now = fact.ask_at or START
        fact.record_request(now, PATIENCE)
        waits.append(((fact.ask_at or now) - now) / PATIENCE)
    assert waits == [2, 4, 8, 16, 32, 64, 64, 64]


def test_progress_restarts_the_wait_for_a_gap() -> None:
    fact = Fact("t1", known=9, applied=3, ask_at=START, asks=4)
    fact.settle(3, START + HOUR, PATIENCE)
    assert (fact.ask_at, fact.asks) == (START, 4)
    fact.settle(2, START + HOUR, PATIENCE)
    assert (fact.ask_at, fact.asks) == (START + HOUR + PATIENCE, 0)
