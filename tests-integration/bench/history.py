"""The history of a desk: two years of tickets, written like the import of the tickets service would write them."""

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from harness.api import Api

from bench import texts
from tickets.domain import imports
from tickets.domain.imports import Origin, Step
from tickets.domain.ticket import Ticket
from tickets.domain.update import Update
from trackline_schemas.ticket.states import ACTIVE_STATES

YEARS = timedelta(days=730)
FIRST_SERIAL = 1_000_000
PASSWORD = "a password of the bench"
AGENT, REQUESTER = "agent.0@example.org", "requester.0@example.org"
CLOSED = {"state": "closed", "resolution_code": "fixed"}


class Desk:
    """There is a requester for each hundred tickets, and an agent for each five thousand."""

    def __init__(self, admin: Api, tickets: int) -> None:
        self.dice = random.Random(2026)
        self.teams = [team["id"] for team in admin.all("/teams")]
        self.categories = [category["id"] for category in admin.all("/categories")]
        self.agents = _people(admin, "Agent", max(12, tickets // 5000), dict.fromkeys(self.teams, "reply"))
        self.requesters = _people(admin, "Requester", max(60, tickets // 100), {})
        self.now = datetime.now(UTC)

    def ticket(self, number: int) -> list[Ticket]:
        """Returns the versions of a ticket. One ticket in fifty is still active, and those are from the last weeks."""
        active = number % 50 == 0
        age = timedelta(days=21) if active else YEARS
        opened = self.now - timedelta(hours=3) - age * self.dice.random()
        requester, agent = self.dice.choice(self.requesters), self.dice.choice(self.agents)
        moves = [(requester, self._opening(requester)), *((agent, move) for move in self._moves(agent, active))]
        times = self._times(opened)
        return imports.replay_steps(
            Origin("years", str(number), "portal"),
            # Nobody imports these tickets again, so that they need no digests.
            [Step(b"", next(times), author, move) for author, move in moves],
            str(UUID(int=self.dice.getrandbits(128))),
            FIRST_SERIAL + number,
        )

    def _opening(self, requester: str) -> Update:
        changes = {
            "title": texts.title(self.dice),
            "requester_id": requester,
            "team_id": self.dice.choice(self.teams),
            "category_id": self.dice.choice(self.categories),
            "impact": self.dice.choice((1, 2, 3, 3)),
            "urgency": self.dice.choice((1, 2, 3, 3)),
        }
        return Update(changes, text=texts.text(self.dice, 4))

    def _moves(self, agent: str, active: bool) -> Iterator[Update]:
        # A third of the active tickets is unassigned.
        taken = {} if active and self._happens(1 / 3) else {"assignee_id": agent}
        yield Update({"state": self.dice.choice(ACTIVE_STATES) if active else "open", **taken}, text=self._reply())
        if self._happens(0.1):
            yield Update({"team_id": self.dice.choice(self.teams)}, text=self._reply(), visibility="internal")
        if active:
            return
        if self._happens(0.15):
            yield Update({"state": self.dice.choice(("pending", "on_hold"))}, text=self._reply())
            yield Update({"state": "open"})
        if self._happens(0.05):
            yield Update({"state": "resolved", "resolution": self._reply(), "resolution_code": "fixed"})
            yield Update({"state": "open"}, text="It happened again.")
        if self._happens(0.4):
            yield Update({"state": "resolved", "resolution": self._reply(), "resolution_code": "fixed"})
            yield Update({"state": "closed"})
        else:
            yield Update({**CLOSED, "resolution": self._reply()})

    def _reply(self) -> str:
        return texts.text(self.dice, 2)

    def _happens(self, share: float) -> bool:
        return self.dice.random() < share

    def _times(self, opened: datetime) -> Iterator[datetime]:
        at = opened
        while True:
            yield at
            at = min(at + timedelta(minutes=self.dice.expovariate(1 / 300)), self.now)


def _people(admin: Api, name: str, count: int, teams: Mapping[str, str]) -> list[str]:
    """Returns the ids of new people. The first one can sign in."""

    def create(number: int) -> str:
        secret = {"password": PASSWORD} if number == 0 else {}
        email = f"{name.lower()}.{number}@example.org"
        person = {"name": f"{name} {number}", "emails": [email], "teams": dict(teams), **secret}
        return str(admin.post("/users", person)["id"])

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(create, range(count)))
