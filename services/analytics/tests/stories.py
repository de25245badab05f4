"""Builds the events of tickets for tests, by hand and at random."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Self

from trackline_schemas.events import TICKET_CREATED, TICKET_PURGED, TICKET_UPDATED, Event, event_id

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Story:
    """`at` and `time` are hours after START."""

    def __init__(self, ticket_id: str = "t1", at: float = 0, **fields: Any) -> None:
        self.id = ticket_id
        self.ticket: dict[str, Any] = {
            "id": ticket_id,
            "number": "INC-1",
            "kind": "incident",
            "title": "Printer on fire",
            "state": "new",
            "impact": 3,
            "urgency": 3,
            "priority": 5,
            "requester_id": "rita",
            "opened_by_id": "rita",
            "channel": "portal",
            "created_at": START + at * HOUR,
            **fields,
        }
        self.events: list[Event] = []
        self._add(TICKET_CREATED, at, {}, None)

    def update(self, time: float, comment: dict[str, Any] | None = None, **changes: Any) -> Self:
        before = {name: self.ticket.get(name) for name in changes}
        self.ticket.update(changes)
        self._add(TICKET_UPDATED, time, {name: [before[name], changes[name]] for name in changes}, comment)
        return self

    def reply(self, time: float, author: str = "anna", role: str = "agent", visibility: str = "public") -> Self:
        comment = {"id": "c", "text": None, "visibility": visibility, "author_id": author, "role": role}
        return self.update(time, comment={**comment, "time": START + time * HOUR})

    def unknown(self, time: float) -> Self:
        self._add("ticket.sniffed.v9", time, {}, None)
        return self

    def purged(self, time: float) -> Self:
        self._add(TICKET_PURGED, time, {}, None)
        return self

    def _add(self, type_: str, time: float, changes: dict[str, Any], comment: dict[str, Any] | None) -> None:
        instant = START + time * HOUR
        sequence = len(self.events) + 1
        snapshot = {**self.ticket, "version": sequence, "state_since": instant, "updated_at": instant}
        data = {"changes": changes, "ticket": snapshot, "comment": comment, "from_the_future": 1}
        self.events.append(
            Event(
                id=event_id(self.id, sequence),
                source="/trackline/tickets",
                type=type_,
                subject=self.id,
                time=instant,
                recordedat=instant,
                sequence=sequence,
                actor="anna",
                data=data if type_.endswith("v1") else {"anything": True},
            )
        )


STATES = ("new", "open", "pending", "on_hold", "resolved", "closed", "cancelled")


def random_story(random: Random, ticket_id: str, *, skewed: bool = False) -> Story:
    """With `skewed` clocks an event may have an earlier time than the one before."""
    at = random.uniform(0, 400)
    fields = {"team_id": random.choice([None, "desk", "net", "hr"]), "priority": random.randint(1, 5)}
    story = Story(ticket_id, at, **fields, tags=random.sample(["vpn", "mail", "sap"], random.randint(0, 2)))
    for _ in range(random.randint(0, 9)):
        at += random.choice([0, 0.5, 3, 24, 90]) - (5 if skewed and random.random() < 0.2 else 0)
        _random_event(random, story, at)
    return story


def _random_event(random: Random, story: Story, at: float) -> None:
    match random.randint(0, 7):
        case 0 | 1 | 2:
            story.update(at, state=random.choice(STATES))
        case 3:
            role = random.choice(["agent", "requester", "system"])
            author = random.choice(["anna", "rita"])
            story.reply(at, author, role, random.choice(["public", "internal"]))
        case 4:
            story.update(at, team_id=random.choice([None, "desk", "net", "hr"]))
        case 5:
            story.update(at, assignee_id=random.choice([None, "anna", "bert"]), priority=random.randint(1, 5))
        case 6:
            story.unknown(at)
        case _:
            story.update(at, state="closed", close_reason=random.choice(["merged", "done"]))
