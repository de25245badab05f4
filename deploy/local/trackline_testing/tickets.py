"""The ports of the tickets service in memory. Its test_store_contract.py checks that they behave like MongoDB."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from tickets.domain.ticket import Ticket
from tickets.usecases import views
from tickets.usecases.ports import Colleague, Done, Holder, Order, Position, Stored, Taken, Unique, at_work
from tickets.usecases.read import sort_key
from trackline_chassis.skipping import keep_handled
from trackline_core.outbox import CommandRecord, VersionConflict
from trackline_schemas.events import Event, TeamChanged, UserChanged
from trackline_schemas.events.registry import CHANGES_TICKET_FIELDS, HISTORY
from trackline_schemas.filters import Filter, matches
from trackline_schemas.ticket.fields import TRACKED
from trackline_schemas.ticket.states import ACTIVE
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer


class Clock:
    """A clock that only moves when `forward` is called."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


class FakeTickets:
    """`before_save` runs once, before the next save checks the version. It simulates a concurrent writer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rows: dict[str, Stored] = {}
        self._log: dict[str, Event] = {}
        self._serial = 1000
        self._removed: list[Ticket] = []
        self.before_save: Callable[[], object] | None = None

    def by_id(self, ticket_id: str) -> Stored | None:
        return self._rows.get(ticket_id)

    def by_number(self, number: str) -> Stored | None:
        return self._one(lambda ticket: ticket.number == number)

    def views(self, numbers: Sequence[str]) -> list[TicketView | None]:
        return [views.to_view(stored.ticket) if stored else None for stored in map(self.by_number, numbers)]

    def by_ref(self, source: str, external_ref: str) -> Stored | None:
        return self._one(lambda ticket: (ticket.source, ticket.external_ref) == (source, external_ref))

    def next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def insert(self, ticket: Ticket, events: Sequence[Event], create_hash: bytes) -> None:
        if ticket.id in self._rows:
            raise Taken("id")
        if self.by_number(ticket.number):
            raise Taken("number")
        if ticket.external_ref and self.by_ref(ticket.source or "", ticket.external_ref):
            raise Taken("external_ref")
        self._rows[ticket.id] = Stored(replace(ticket, events=()), create_hash, {}, list(events))

    def turn(self, number: str) -> AbstractContextManager[None]:
        return nullcontext()

    def save(self, before: Ticket, after: Ticket, events: Sequence[Event], command: CommandRecord | None) -> None:
        if self.before_save is not None:
            meanwhile, self.before_save = self.before_save, None
            meanwhile()
        stored = self._rows[before.id]
        if stored.ticket.version != before.version:
            raise VersionConflict
        done = dict(stored.done)
        if command is not None:
            done[command.id] = Done(command.hash, after.version)
        kept = dict(list(done.items())[-50:])
        _check_fields_change_by_known_types(before, after, events)
        ticket = replace(after, events=())
        self._rows[before.id] = replace(stored, ticket=ticket, done=kept, pending=[*stored.pending, *events])

    def events(self, stored: Stored, after: int = 0) -> Iterator[Event]:
        return iter([event for event in self._known(stored) if event.sequence > after])

    def latest_events(self, stored: Stored, before: int | None = None) -> Iterator[Event]:
        known = reversed(self._known(stored))
        return iter([event for event in known if before is None or event.sequence < before])

    def _known(self, stored: Stored) -> list[Event]:
        logged = [event for event in self._log.values() if event.subject == stored.ticket.id]
        known = {event.id: event for event in [*logged, *stored.pending]}
        version = stored.ticket.version
        return sorted((e for e in known.values() if e.sequence <= version), key=lambda e: e.sequence)

    def find_by_source(self, source: str, limit: int) -> list[Stored]:
        of = [one for one in self._rows.values() if one.ticket.source == source and not one.ticket.purged_at]
        return of[:limit]

    def holders(
        self, *, people: Collection[str] | None = None, teams: Collection[str] | None = None
    ) -> Collection[Holder]:
        there = [one.ticket for one in self._active(lambda ticket: teams is None or ticket.team_id in teams)]
        held = {(ticket.assignee_id or ticket.left_by_id, ticket.team_id) for ticket in there}
        return {(person, team) for person, team in held if person and (people is None or person in people)}

    def find_assigned(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        return self._active(lambda ticket: (ticket.assignee_id, ticket.team_id) == (person_id, team_id))[:limit]

    def find_left_by(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        wanted = (person_id, None, team_id)
        return self._active(lambda ticket: (ticket.left_by_id, ticket.assignee_id, ticket.team_id) == wanted)[:limit]

    def _active(self, wanted: Callable[[Ticket], bool]) -> list[Stored]:
        there = [one for one in self._rows.values() if not one.ticket.purged_at and one.ticket.state in ACTIVE]
        return [one for one in there if wanted(one.ticket)]

    def remove_purged(self, source: str, limit: int) -> int:
        told = [one.ticket for one in self._rows.values() if one.ticket.purged_at and not one.pending]
        gone = [ticket for ticket in told if ticket.source == source][:limit]
        self._removed += gone
        ids = {ticket.id for ticket in gone}
        self._log = {key: event for key, event in self._log.items() if event.subject not in ids}
        self._rows = {key: stored for key, stored in self._rows.items() if key not in ids}
        return len(gone)

    def count_by_source(self, source: str) -> int:
        return sum(one.ticket.source == source for one in self._rows.values())

    def count_removed(self, source: str, external_ref: str) -> int:
        return sum((one.source, one.external_ref) == (source, external_ref) for one in self._removed)

    def find_attached(self, ids: Collection[str]) -> set[str]:
        comments = (views.parse(event).comment for event in keep_handled(HISTORY, self._log.values()))
        return {one.id for comment in comments if comment for one in comment.attachments if one.id in ids}

    def find(self, filter: Filter, order: Order, after: Position | None, limit: int) -> list[TicketView]:
        def place(view: TicketView) -> Position:
            return sort_key(view, order.field), view.id

        found = sorted(self._matching(filter), key=place, reverse=order.descending)
        if after is not None:
            found = [view for view in found if (place(view) < after if order.descending else place(view) > after)]
        return found[:limit]

    def count(self, filter: Filter, at_most: int) -> int:
        return min(at_most, len(self._matching(filter)))

    def tags(self, filter: Filter, begins: str, limit: int) -> Iterator[list[str]]:
        found = (ticket.tags for ticket in self._matching(filter))
        begun = (tags for tags in found if any(tag.casefold().startswith(begins.casefold()) for tag in tags))
        return (list(tags) for tags in islice(begun, limit))

    def logged_since(self, since: datetime, filter: Filter, moves: Collection[str]) -> Iterator[Event]:
        logged = [event for event in self._log.values() if event.loggedat and event.loggedat >= since]
        rows = [event for event in logged if not event.historical]

        def moved(event: Event) -> bool:
            return event.sequence > 1 and not event.data.get("changes", {}).keys().isdisjoint(moves)

        return (event for event in rows if matches(filter, event.data.get("ticket", {})) or moved(event))

    def log_pending(self) -> None:
        """Runs the first step of the relay."""
        for stored in self._rows.values():
            for event in stored.pending:
                self._log.setdefault(event.id, event.model_copy(update={"loggedat": self._now()}))

    def clear_pending(self) -> None:
        """Runs the last step of the relay."""
        self._rows = {key: replace(stored, pending=[]) for key, stored in self._rows.items()}

    def relay(self) -> list[Event]:
        """Runs all steps of the relay. Returns the events for the bus."""
        pending = [event for stored in self._rows.values() for event in stored.pending]
        self.log_pending()
        self.clear_pending()
        return [self._log[event.id] for event in pending]

    def copy_from(self, other: "FakeTickets") -> None:
        """Copies the content of another store."""
        self._rows, self._log, self._serial = dict(other._rows), dict(other._log), other._serial

    def _matching(self, filter: Filter) -> list[TicketView]:
        found = (views.to_view(stored.ticket) for stored in self._rows.values() if not stored.ticket.purged_at)
        return [view for view in found if matches(filter, view.model_dump())]

    def _one(self, wanted: Callable[[Ticket], bool]) -> Stored | None:
        there = (stored for stored in self._rows.values() if not stored.ticket.purged_at)
        return next((stored for stored in there if wanted(stored.ticket)), None)


def _check_fields_change_by_known_types(before: Ticket, after: Ticket, events: Sequence[Event]) -> None:
    """Readers skip types that they do not handle, so they would miss a change by an event of another type."""
    changed = [name for name in TRACKED if getattr(before, name) != getattr(after, name)]
    if changed and {event.type for event in events}.isdisjoint(CHANGES_TICKET_FIELDS):
        raise AssertionError(f"No reader would see the change of {changed}: {events}")


class Racing(FakeTickets):
    """Simulates a concurrent call that takes the id or the number just before the insert."""

    def __init__(self, now: Callable[[], datetime], taken: list[Unique]) -> None:
        super().__init__(now)
        self.taken = taken

    def insert(self, ticket: Ticket, events: Sequence[Event], create_hash: bytes) -> None:
        if self.taken:
            field = self.taken.pop(0)
            if field == "id":
                super().insert(ticket, events, create_hash)
            raise Taken(field)
        super().insert(ticket, events, create_hash)


class FakeTeams:
    def __init__(self) -> None:
        self._teams: dict[str, tuple[TeamChanged, int]] = {}

    def confidential(self) -> Mapping[str, bool]:
        return {team_id: team.confidential for team_id, (team, _) in self._teams.items()}

    def replies_assign(self, team_id: str | None) -> bool:
        return self._teams[team_id][0].replies_assign if team_id in self._teams else True

    def apply(self, team: TeamChanged, sequence: int) -> None:
        if team.id not in self._teams or sequence > self._teams[team.id][1]:
            self._teams[team.id] = (team, sequence)


class FakePeople:
    def __init__(self) -> None:
        self._people: dict[str, tuple[UserChanged, int]] = {}
        self._worked: set[str] = set()

    def apply(self, person: UserChanged, sequence: int) -> None:
        if person.id not in self._people or sequence > self._people[person.id][1]:
            self._people[person.id] = (person, sequence)
        if at_work(person):
            self._worked.add(person.id)

    def known(self) -> bool:
        return bool(self._people)

    def find(self, person_id: str) -> Colleague | None:
        if person_id not in self._people:
            return None
        person, worked = self._people[person_id][0], person_id in self._worked
        viewer = Viewer(id=person.id, admin=person.admin, teams=person.teams)
        return Colleague(viewer, at_work(person), worked, person.successor_id)


class FakeImportedSteps:
    def __init__(self) -> None:
        self._lists: dict[tuple[str, bytes], list[bytes]] = {}

    def keep(self, ticket_id: str, list_digest: bytes, digests: Sequence[bytes]) -> None:
        self._lists.setdefault((ticket_id, list_digest), [*digests])

    def find(self, ticket_id: str, list_digest: bytes) -> Sequence[bytes]:
        return self._lists.get((ticket_id, list_digest), [])


class FakeReplays:
    def __init__(self) -> None:
        self.started: list[tuple[Any, ...]] = []

    def start(self, consumer: str, from_subject: str | None = None, only: Any = None, job_id: str | None = None) -> str:
        self.started.append((consumer, from_subject, only, job_id))
        return job_id or "job"

    def status(self, job_id: str) -> dict[str, Any]:
        return {"done": True, "events": 3, "subjects": 1, "id": job_id}
