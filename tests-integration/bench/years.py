"""Facts of a desk with two years of history. The domain computes them from random steps, without any events."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.domain.fact import Fact, Step
from trackline_schemas.filters import TICKET_FIELDS

YEARS = timedelta(days=730)
OPEN_TEAMS = [f"team-{one}" for one in range(8)]
CONFIDENTIAL_TEAM = "team-people"
TEAMS = [*OPEN_TEAMS, CONFIDENTIAL_TEAM]
CATEGORIES = [f"category-{one}" for one in range(14)]
AGENTS = [f"agent-{one}" for one in range(40)]
REQUESTERS = [f"requester-{one}" for one in range(2000)]
Move = tuple[float, Mapping[str, Any], bool]


def facts(count: int, now: datetime, seed: int = 2026) -> Iterator[Fact]:
    dice = random.Random(seed)
    for number in range(count):
        yield _fact(dice, number, now)


def _fact(dice: random.Random, number: int, now: datetime) -> Fact:
    opened = (now - YEARS * dice.random()).replace(microsecond=0)
    ticket = _opening(dice, number, opened)
    fact = Fact(ticket["id"])
    fact.take(Step(1, opened, ticket, sets_state=True))
    for sequence, (hours, changes, replied) in enumerate(_moves(dice), 2):
        at = (opened + timedelta(hours=hours)).replace(microsecond=0)
        if at >= now:
            break
        ticket = {**ticket, **changes, "version": sequence, "updated_at": at}
        fact.take(Step(sequence, at, ticket, "state" in changes, replied))
    return fact


def _opening(dice: random.Random, number: int, opened: datetime) -> dict[str, Any]:
    requester = dice.choice(REQUESTERS)
    impact, urgency = dice.choice((1, 2, 3, 3)), dice.choice((1, 2, 2, 3, 3))
    return {
        **dict.fromkeys(TICKET_FIELDS),
        "id": str(UUID(int=dice.getrandbits(128))),
        "number": f"INC-{number:06}",
        "kind": dice.choice(("incident", "incident", "request")),
        "state": "new",
        "team_id": dice.choice([*TEAMS, None]),
        "category_id": dice.choice([*CATEGORIES, None]),
        "channel": dice.choice(("portal", "mail", "mail", "phone")),
        "requester_id": requester,
        "opened_by_id": requester,
        "tags": dice.sample(["vpn", "sap", "mail", "print"], dice.randint(0, 2)),
        "impact": impact,
        "urgency": urgency,
        "priority": impact + urgency - 1,
        "reopens": 0,
        "comment_count": 0,
        "version": 1,
        "created_at": opened,
        "updated_at": opened,
        "state_since": opened,
    }


def _moves(dice: random.Random) -> Iterator[Move]:
    """Yields (hours after the opening, changes, whether it is a reply)."""
    at = dice.expovariate(1 / 2)
    if dice.random() < 0.02:
        yield at, {"state": "closed", "close_reason": "merged"}, False
        return
    yield at, {"state": "open", "assignee_id": dice.choice(AGENTS)}, dice.random() < 0.8
    while True:
        if dice.random() < 0.25:
            yield (at := at + dice.expovariate(1 / 6)), {"team_id": dice.choice(TEAMS)}, False
        if dice.random() < 0.4:
            waiting = dice.choice(("pending", "pending", "on_hold"))
            yield (at := at + dice.expovariate(1 / 6)), {"state": waiting}, True
            yield (at := at + dice.expovariate(1 / 24)), {"state": "open"}, False
        if dice.random() < 0.02:
            yield at + 1, {"state": "cancelled"}, False
            return
        yield (at := at + dice.expovariate(1 / 24)), {"state": "resolved"}, True
        if dice.random() > 0.07:
            break
        yield (at := at + dice.expovariate(1 / 24)), {"state": "open"}, False
    yield at + 72, {"state": "closed"}, False
