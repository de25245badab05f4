"""Random sequences of commands: the events add up to the ticket, and no rule can be circumvented."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tickets.domain.create import create
from tickets.domain.errors import DomainError
from tickets.domain.priority import compute_priority
from tickets.domain.ticket import Recorded, Ticket
from tickets.domain.update import Author, Update, update
from trackline_schemas.ticket.fields import LISTS, TRACKED
from trackline_schemas.ticket.states import TRANSITIONS

from .drafts import draft_of
from .test_ticket_rules import NOW, WEEK

LEVEL = st.integers(1, 3)
STATE = st.sampled_from(sorted(TRANSITIONS))
PERSON = st.sampled_from(["alice", "bob"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["No network", "Slow network"]),
        "state": STATE,
        "impact": LEVEL,
        "urgency": LEVEL,
        "priority": st.integers(1, 5),
        "priority_reason": st.sampled_from([None, "The director waits"]),
        "team_id": st.sampled_from([None, "it", "hr"]),
        "assignee_id": st.sampled_from([None, "alice", "dana"]),
        "requester_id": PERSON,
        "tags": st.sampled_from([None, [], ["vip"], ["vip", "vip"]]),
        "resolution_code": st.sampled_from([None, "solved"]),
        "resolution": st.sampled_from([None, "A new cable."]),
    },
)


class Commands(RuleBasedStateMachine):
    ticket: Ticket
    log: list[Recorded]
    refusals = 0

    @initialize(impact=LEVEL, urgency=LEVEL, assignee=st.sampled_from([None, "alice"]))
    def create(self, impact: int, urgency: int, assignee: str | None) -> None:
        draft = draft_of(kind="request", impact=impact, urgency=urgency, assignee_id=assignee)
        self.now = NOW
        self._keep(create(draft, "bob", "t1", 1001, NOW), [])

    @rule(changes=CHANGES, note=st.sampled_from([None, "public", "internal"]), time=st.sampled_from([None, 0, 5]))
    def act_as_staff(self, changes: dict[str, Any], note: Any, time: int | None) -> None:
        self._command(Update(changes, note and "Words", note or "public", time), Author("alice", staff=True))

    @rule(state=STATE | st.none(), words=st.booleans())
    def act_as_requester(self, state: str | None, words: bool) -> None:
        changes = {} if state is None else {"state": state}
        self._command(Update(changes, "Words" if words else None), Author(self.ticket.requester_id, staff=False))

    @rule()
    def resolve(self) -> None:
        changes = {"state": "resolved", "resolution_code": "solved", "resolution": "A new cable."}
        self._command(Update(changes), Author("alice", staff=True))

    @rule(days=st.integers(-1, 8))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.ticket.state == "resolved")
    @rule()
    def reply_to_resolved(self) -> None:
        age = max(self.now, self.ticket.updated_at) - self.ticket.state_since
        before = self.ticket
        self._command(Update({}, "Again!"), Author(before.requester_id, staff=False))
        assert (self.ticket.reopens > before.reopens) == (age <= WEEK)

    def _command(self, asked: Update, author: Author) -> None:
        try:
            after = update(self.ticket, asked, author, self.now, WEEK)
        except DomainError:
            return
        if after is not self.ticket:
            assert after.version == self.ticket.version + 1
            self._keep(after, self.log)

    def _keep(self, ticket: Ticket, log: list[Recorded]) -> None:
        self.log = [*log, ticket.events[-1]]
        self.ticket = ticket

    @invariant()
    def the_version_counts_the_events(self) -> None:
        assert [event.sequence for event in self.log] == list(range(1, self.ticket.version + 1))
        assert len(self.ticket.events) == self.ticket.version

    @invariant()
    def the_changes_add_up_to_the_ticket(self) -> None:
        folded: dict[str, Any] = {**dict.fromkeys(TRACKED), **dict.fromkeys(LISTS, ())}
        for event in self.log:
            for name, (before, after) in event.changes.items():
                assert event.sequence == 1 or folded[name] == before != after
                folded[name] = after
        assert folded == {name: getattr(self.ticket, name) for name in TRACKED}

    @invariant()
    def states_follow_the_table_and_the_timeline_tells_them(self) -> None:
        moves = [event.changes["state"] for event in self.log if "state" in event.changes]
        assert all(after in TRANSITIONS[before] for before, after in moves[1:])
        assert [state for state, _ in self.ticket.timeline] == [after for _, after in moves]
        assert (self.ticket.state, self.ticket.state_since) == self.ticket.timeline[-1]
        reopened = [move for move in moves if move == ("resolved", "open")]
        assert self.ticket.reopens == len(reopened)

    @invariant()
    def time_runs_forward(self) -> None:
        assert all(one.at <= other.at for one, other in pairwise(self.log))

    @invariant()
    def an_odd_priority_has_a_reason(self) -> None:
        ticket = self.ticket
        assert ticket.priority_reason is not None or ticket.priority == compute_priority(ticket.impact, ticket.urgency)

    @invariant()
    def what_is_resolved_says_how(self) -> None:
        if self.ticket.state == "resolved":
            assert self.ticket.resolution
            assert self.ticket.resolution_code
            assert self.ticket.resolved_at == self.ticket.state_since


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=100, stateful_step_count=25)
