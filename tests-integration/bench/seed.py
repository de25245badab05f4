"""A desk with years of history. The tickets are written like the import of the tickets service would write them, but in
bulk. The other services get them from the log by replays."""

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from harness.api import Api, wait_for
from harness.truth import Truth

from tickets.adapters.document import to_document
from tickets.domain import imports
from tickets.domain.imports import Origin, Step
from tickets.domain.ticket import Ticket
from tickets.domain.update import Update
from tickets.usecases.events import ticket_event
from trackline_chassis.bus import Bus
from trackline_chassis.replay import Replays
from trackline_core.outbox import to_row
from trackline_local.system import System
from trackline_schemas.context import CallContext
from trackline_schemas.ticket.states import ACTIVE_STATES

YEARS = timedelta(days=730)
AGENTS, REQUESTERS = 12, 60
FIRST_SERIAL = 1_000_000
BATCH = 1000
PATIENCE = 3600
THINGS = (
    "printer laptop monitor headset VPN mailbox calendar projector scanner account password dock phone wiki".split()
)
TROUBLES = (
    "does not start", "is slow since this morning", "asks for a password again and again", "shows a blue screen",
    "cannot be reached from home", "prints half a page", "lost its settings", "makes a strange noise",
    "says that the licence has expired", "does not sync", "is missing after the move", "disconnects every hour",
)  # fmt: skip
PLACES = "Building A, Building B, Lisbon, Leipzig, the warehouse, the lab, reception, floor 3, floor 7".split(", ")


class Desk:
    def __init__(self, admin: Api) -> None:
        self.dice = random.Random(2026)
        self.teams = [team["id"] for team in admin.all("/teams")]
        self.categories = [category["id"] for category in admin.all("/categories")]
        self.agents = [_person(admin, f"Agent {one}") for one in range(AGENTS)]
        self.requesters = [_person(admin, f"Requester {one}") for one in range(REQUESTERS)]
        self.now = datetime.now(UTC)

    def ticket(self, number: int) -> list[Ticket]:
        """Returns the versions of a ticket. One ticket in fifty is still active, and those are from the last weeks."""
        active = number % 50 == 0
        age = timedelta(days=21) if active else YEARS
        opened = self.now - timedelta(hours=3) - age * self.dice.random()
        agent, times = self.dice.choice(self.agents), self._times(opened)
        steps = [_step(opened, self.dice.choice(self.requesters), self._opening(self.dice.choice(self.requesters)))]
        steps.append(_step(next(times), agent, self._reply(agent, active)))
        if self.dice.random() < 0.4:
            steps.append(_step(next(times), agent, Update(text="We ordered a part; it comes tomorrow.")))
        if not active:
            closing = {"state": "closed", "resolution": "It works again after the part was replaced."}
            steps.append(_step(next(times), agent, Update({**closing, "resolution_code": "fixed"})))
        return imports.replay_steps(
            Origin("years", str(number), "portal"),
            steps,
            str(UUID(int=self.dice.getrandbits(128))),
            FIRST_SERIAL + number,
        )

    def _opening(self, requester: str) -> Update:
        thing, trouble, place = (self.dice.choice(words) for words in (THINGS, TROUBLES, PLACES))
        changes = {
            "title": f"The {thing} in {place} {trouble}",
            "requester_id": requester,
            "team_id": self.dice.choice(self.teams),
            "category_id": self.dice.choice(self.categories),
            "impact": self.dice.choice((1, 2, 3, 3)),
            "urgency": self.dice.choice((1, 2, 3, 3)),
        }
        return Update(
            changes, text=f"The {thing} {trouble}. It worked yesterday, and nobody changed anything in {place}."
        )

    def _reply(self, agent: str, active: bool) -> Update:
        state = self.dice.choice(ACTIVE_STATES) if active else "resolved"
        text = "We are on it." if active else "Please try again: the part was replaced."
        # a third of the active tickets is unassigned
        unassigned = active and self.dice.random() < 1 / 3
        return Update({"state": state, **({} if unassigned else {"assignee_id": agent})}, text=text)

    def _times(self, opened: datetime) -> Iterator[datetime]:
        at = opened
        while True:
            at = min(at + timedelta(minutes=self.dice.expovariate(1 / 300)), self.now)
            yield at


def fill(system: System, admin: Api, count: int) -> Desk:
    """Creates `count` tickets and returns when all services have them."""
    desk, truth = Desk(admin), Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])
    store, context = truth.database("tickets"), CallContext()
    began = time.monotonic()
    for start in range(0, count, BATCH):
        stages = [desk.ticket(number) for number in range(start, min(start + BATCH, count))]
        store["tickets"].insert_many([_document(each[-1]) for each in stages], ordered=False)
        rows = [to_row(ticket_event(stage, context, desk.now)) for each in stages for stage in each]
        store["ticket_events"].insert_many([{**row, "logged_at": desk.now} for row in rows], ordered=False)
    say(f"{count:,} tickets written in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    # A rebuild would fill an old and a new generation, so a replay fills only one.
    bus = Bus(system.backends.amqp_url)
    replays = Replays(store["ticket_events"], store["removed_tickets"], store["replays"], bus, "tickets")
    job = replays.start("analytics.events")
    admin.post("/search/replay", {})
    wait_for(lambda: replays.status(job)["done"] and _folded(truth) == replays.status(job)["events"], PATIENCE)
    say(f"in analytics after {time.monotonic() - began:.0f} s")
    wait_for(lambda: _searchable(admin) >= count, PATIENCE)
    say(f"searchable after {time.monotonic() - began:.0f} s")
    bus.close()
    truth.close()
    return desk


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _document(ticket: Ticket) -> dict[str, Any]:
    kept = {"version": ticket.version, "commands": [], "pending": []}
    return {**to_document(ticket, b""), **kept}


def _folded(truth: Truth) -> int:
    """Returns the number of events in the live facts."""
    database = truth.database("analytics")
    state = database["generations"].find_one() or {}
    counted = database[f"facts_{state['live']}"].aggregate([{"$group": {"_id": None, "events": {"$sum": "$applied"}}}])
    return int(next(counted, {"events": 0})["events"])


def _searchable(admin: Api) -> int:
    status = admin.get("/search/status")
    return 0 if status["dirty"] else int(status["documents"])


def _step(at: datetime, author_id: str, update: Update) -> Step:
    """Returns a step without a digest, because nobody imports these tickets again."""
    return Step(b"", at, author_id, update)


def _person(admin: Api, name: str) -> str:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return str(admin.post("/users", {"name": name, "emails": [email]})["id"])
