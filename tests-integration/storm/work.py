"""What people do during the storm, each in a thread of their own, until it is over."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from threading import Event, Thread
from typing import Any

from storm.client import Answer, Client
from storm.ledger import Ledger, Ticket
from storm.world import Person, World

# How long a person waits between two actions, on average.
PAUSE_SECONDS = 0.6
# People write on tickets that are not older than this many others.
YOUNG = 60
Duty = Callable[[], None]


@dataclass(frozen=True)
class Office:
    """What all share: the ledger, whom they may assign, and the articles that they edit."""

    ledger: Ledger
    world: World
    articles: Sequence[str]
    over: Event


class Worker:
    def __init__(self, office: Office, person: Person, chance: Random) -> None:
        self.office, self.person, self.chance, self.ledger = office, person, chance, office.ledger
        self.client = Client(person.key, office.world.urls, chance, office.ledger)
        self._asked_to_mark: set[str] = set()

    def duties(self) -> Mapping[Duty, int]:
        """Returns what this person does, with how often."""
        return {self.read: 4, self.comment: 3, self.upload: 1, self.mark_read: 1, self.sign_in: 1}

    def run(self) -> None:
        duties = self.duties()
        try:
            while not self.office.over.wait(self.chance.uniform(0, 2 * PAUSE_SECONDS)):
                self.chance.choices(list(duties), list(duties.values()))[0]()
        except BaseException as error:
            self.ledger.failures.append(error)
        finally:
            self.client.close()

    def pick(self) -> Ticket | None:
        young = self.ledger.tickets[-YOUNG:]
        return self.chance.choice(young) if young else None

    def comment(self, visibility: str = "public", attachments: Sequence[str] = ()) -> None:
        ticket = self.pick()
        if ticket:
            operation = self.ledger.begin("comment" if visibility == "public" else "internal note", ticket.id)
            words = f"It is like that again, see {operation.mark} of today."
            body = {"text": words, "visibility": visibility, "attachments": list(attachments)}
            path = f"/tickets/{ticket.number}/comments"
            self._saw(self.client.write(operation, "POST", path, json=body, headers=_key(operation.mark)))

    def upload(self) -> None:
        operation = self.ledger.begin("upload")
        content, params = f"What {operation.mark} says.".encode() * 100, {"name": f"{operation.mark}.txt"}
        headers = {**_key(operation.mark), "Content-Type": "application/octet-stream"}
        stored = self.client.write(operation, "POST", "/files", params=params, content=content, headers=headers)
        if stored.ok:
            self.comment(attachments=[stored.body["id"]])

    def mark_read(self) -> None:
        """Asks once only for each entry, so that it is known which request marked it."""
        found = self.client.read("/notifications", unread_only=True, **{"page[size]": 50})
        entries = [one["id"] for one in found.body.get("data", ()) if one["id"] not in self._asked_to_mark]
        ids = self.chance.sample(entries, min(len(entries), 5))
        if ids:
            self._asked_to_mark.update(ids)
            operation = self.ledger.begin("mark as read", *ids)
            headers = _key(operation.mark)
            self.client.write(operation, "POST", "/notifications/read", json={"ids": ids}, headers=headers)

    def sign_in(self) -> None:
        form = {"grant_type": "password", "username": self.person.email, "password": self.person.password}
        self.client.write(self.ledger.begin("sign-in"), "POST", "/auth/token", data=form)

    def read(self) -> None:
        ticket = self.pick()
        if ticket is None or self.chance.random() < 0.6:
            path = self.chance.choice(["/tickets", "/search?q=printer", "/notifications", "/articles", "/categories"])
            self.client.read(path)
            return
        known = self.ledger.version(ticket.number)
        answer = self.client.read(f"/tickets/{ticket.number}")
        if answer.ok and answer.body["version"] < known:
            self.ledger.stale.append(f"{ticket.number}: version {answer.body['version']}, acknowledged {known}")

    def _saw(self, answer: Answer) -> None:
        if answer.ok:
            self.ledger.saw(answer.body)


class Requester(Worker):
    def duties(self) -> Mapping[Duty, int]:
        return {**super().duties(), self.open_ticket: 3}

    def pick(self) -> Ticket | None:
        mine = [one for one in self.ledger.tickets[-10 * YOUNG :] if one.requester_id == self.person.id]
        return self.chance.choice(mine[-YOUNG // 3 :]) if mine else None

    def open_ticket(self) -> None:
        operation = self.ledger.begin("ticket")
        body = {"title": f"The printer stands still: {operation.mark} of today", "description": "It is on floor 2."}
        made = self.client.write(operation, "POST", "/tickets", json=body, headers=_key(operation.mark))
        self._saw(made)
        if made.ok:
            self.ledger.tickets.append(Ticket(made.body["id"], made.body["number"], self.person.id))


class Agent(Worker):
    def duties(self) -> Mapping[Duty, int]:
        return {**super().duties(), self.note: 2, self.change: 4, self.edit: 1}

    def note(self) -> None:
        self.comment("internal")

    def change(self) -> None:
        """Each change also sets the tags, by which it is found in the log."""
        ticket = self.pick()
        if ticket:
            operation = self.ledger.begin("change", ticket.id)
            body = {**self._changes(), "tags": [operation.mark]}
            path = f"/tickets/{ticket.number}"
            self._saw(self.client.write(operation, "PATCH", path, json=body, headers=_key(operation.mark)))

    def edit(self) -> None:
        number = self.chance.choice(self.office.articles)
        operation = self.ledger.begin("edit", number)
        body = {"body": f"Switch it off and on again, as {operation.mark} says."}
        self.client.write(operation, "PATCH", f"/articles/{number}", json=body, headers=_key(operation.mark))

    def _changes(self) -> Mapping[str, Any]:
        resolved = {"state": "resolved", "resolution_code": "solved", "resolution": "It was switched off."}
        return self.chance.choice(
            [
                {"state": self.chance.choice(["open", "pending", "on_hold"])},
                resolved,
                {"assignee_id": self.chance.choice([*(one.id for one in self.office.world.agents), None])},
                {"impact": self.chance.randint(1, 3), "urgency": self.chance.randint(1, 3)},
                {"priority": self.chance.randint(1, 5), "priority_reason": "The storm says so."},
                {"team_id": self.office.world.team_id},
            ]
        )


class Importer(Worker):
    """Imports tickets of one source after the other, and removes every second source again."""

    def duties(self) -> Mapping[Duty, int]:
        return {self.import_and_remove: 1, self.import_only: 1}

    def import_only(self) -> None:
        self._import()
        self.office.over.wait(5)

    def import_and_remove(self) -> None:
        source, imported = self._import()
        self.office.over.wait(self.chance.uniform(0, 3))
        operation = self.ledger.begin("purge", source, *(one for one in imported if one))
        while True:
            answer = self.client.write(operation, "POST", "/imports/purges", json={"source": source})
            if not answer.ok or not answer.body["remaining"]:
                return
            # A ticket goes only after its event has reached the bus.
            time.sleep(0.3)

    def _import(self) -> tuple[str, list[str]]:
        """Returns the source, and the ids of the tickets whose import was acknowledged."""
        source = f"old-desk-{len(self.ledger.operations)}"
        return source, [self._import_one(source) for _ in range(3)]

    def _import_one(self, source: str) -> str:
        operation = self.ledger.begin("import", source)
        opened = {"title": f"An old one: {operation.mark} of then", "requester_id": self.office.world.requesters[0].id}
        steps = [
            {"time": "2024-02-29T09:00:00Z", "changes": opened, "comment": {"text": "It does not work."}},
            {"time": "2024-02-29T09:30:00Z", "changes": {"state": "open"}},
            {"time": "2024-03-01T10:15:00Z", "changes": {"state": "resolved"}},
        ]
        body = {"source": source, "external_ref": operation.mark, "steps": steps}
        answer = self.client.write(operation, "POST", "/imports/tickets", json=body)
        return str(answer.body["id"]) if answer.ok else ""


@contextmanager
def everybody_works(world: World, ledger: Ledger, articles: Sequence[str], seed: int) -> Iterator[None]:
    office = Office(ledger, world, articles, Event())
    staff: list[Worker] = [
        *(Requester(office, one, Random(f"{seed} requester {n}")) for n, one in enumerate(world.requesters)),
        *(Agent(office, one, Random(f"{seed} agent {n}")) for n, one in enumerate(world.agents)),
        Importer(office, world.administrator, Random(f"{seed} importer")),
    ]
    threads = [Thread(target=one.run, daemon=True) for one in staff]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        office.over.set()
        for thread in threads:
            thread.join(300)


def _key(mark: str) -> Mapping[str, str]:
    return {"Idempotency-Key": mark}
