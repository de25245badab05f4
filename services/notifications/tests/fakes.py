"""In-memory stores, held to the same contract tests as the real adapters, and a mail server."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message

from notifications.adapters.fill import REPLAYS
from notifications.channels.inbox.ports import Row, Unread
from notifications.channels.mail.payload import address_of
from notifications.channels.mail.ports import Mail
from notifications.domain.delivery import SETTLES_FROM, Delivery, Outcome, Receipt, State, take_together
from notifications.usecases.channel import Bundle, TransportError
from notifications.usecases.ports import Known, PersonStore, TicketRights
from trackline_schemas.events import Event, OrganisationChanged, TeamChanged, UserChanged
from trackline_schemas.notifications import InboxEntry
from trackline_schemas.paging import decode_cursor, encode_cursor


class FakePeople:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, UserChanged]] = {}

    def apply(self, person: UserChanged, sequence: int) -> None:
        if self._kept.get(person.id, (-1, person))[0] < sequence:
            self._kept[person.id] = (sequence, person)

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        return {key: person for key, (_, person) in self._kept.items() if key in ids}

    def sequences(self, ids: Collection[str]) -> Mapping[str, int]:
        return {key: sequence for key, (sequence, _) in self._kept.items() if key in ids}

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        known = [person for _, person in self._kept.values()]
        return [person for person in known if person.active and set(person.teams) & set(team_ids)]


class FakeTeams:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, TeamChanged]] = {}

    def apply(self, team: TeamChanged, sequence: int) -> None:
        if self._kept.get(team.id, (-1, team))[0] < sequence:
            self._kept[team.id] = (sequence, team)

    def confidential(self) -> Mapping[str, bool]:
        return {key: team.confidential for key, (_, team) in self._kept.items()}


class FakeOrganisation:
    def __init__(self) -> None:
        self._kept = (-1, OrganisationChanged())

    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        if self._kept[0] < sequence:
            self._kept = (sequence, organisation)

    def name(self) -> str | None:
        return self._kept[1].name


class FakeParked:
    def __init__(self) -> None:
        self._parked: dict[tuple[str, str], tuple[Event, str | None]] = {}

    def park(self, event: Event, person_id: str, team_id: str | None) -> None:
        self._parked.setdefault((event.id, person_id), (event, team_id))

    def waiting_for(self, people: Collection[str], teams: Collection[str]) -> Sequence[Event]:
        found = {
            event.id: event for (_, person), (event, team) in self._parked.items() if person in people or team in teams
        }
        return list(found.values())

    def forget(self, ticket_ids: Collection[str]) -> None:
        self._parked = {key: waiting for key, waiting in self._parked.items() if waiting[0].subject not in ticket_ids}


class FakePurged:
    def __init__(self) -> None:
        self._purged: set[str] = set()

    def remember(self, ticket_ids: Collection[str]) -> None:
        self._purged |= set(ticket_ids)

    def among(self, ticket_ids: Collection[str]) -> set[str]:
        return self._purged & set(ticket_ids)


class FakeTickets:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, TicketRights]] = {}

    def apply(self, tickets: Mapping[str, tuple[int, TicketRights]]) -> None:
        for key, (sequence, rights) in tickets.items():
            if self._kept.get(key, (-1, rights))[0] < sequence:
                self._kept[key] = (sequence, rights)

    def by_ids(self, ids: Collection[str]) -> Mapping[str, TicketRights]:
        return {key: rights for key, (_, rights) in self._kept.items() if key in ids}

    def forget(self, ids: Collection[str]) -> None:
        self._kept = {key: one for key, one in self._kept.items() if key not in ids}


@dataclass
class FakeKnown:
    people: PersonStore
    tickets: "FakeTickets"
    teams: FakeTeams

    def read(self, people: Collection[str], tickets: Collection[str]) -> Known:
        return Known(self.people.by_ids(people), self.tickets.by_ids(tickets), self.teams.confidential())


class FakeFills:
    def __init__(self) -> None:
        self._finished: set[str] = set()
        self._next_at: datetime | None = None

    def claim(self, now: datetime, until: datetime) -> bool:
        if len(self._finished) >= REPLAYS or (self._next_at is not None and self._next_at > now):
            return False
        self._next_at = until
        return True

    def finish(self, replay_id: str, next_at: datetime) -> None:
        if replay_id not in self._finished:
            self._finished.add(replay_id)
            self._next_at = next_at


class FakeInbox:
    def __init__(self) -> None:
        self.stored: dict[str, Row] = {}

    @property
    def rows(self) -> dict[str, tuple[str, InboxEntry]]:
        """Id → (recipient, entry)."""
        return {key: (row.recipient_id, row.entry) for key, row in self.stored.items()}

    def add(self, rows: Sequence[Row]) -> Collection[str]:
        new = [row for row in rows if row.id not in self.stored]
        self.stored |= {row.id: row for row in new}
        return {row.recipient_id for row in new}

    def page(self, recipient_id: str, unread_only: bool, size: int, after: str | None) -> tuple[list[Row], str | None]:
        mine = [row for row in self.stored.values() if row.recipient_id == recipient_id]
        mine = [row for row in mine if not (unread_only and row.entry.read)]
        mine.sort(key=lambda row: (row.entry.time, row.id), reverse=True)
        if after:
            time, key = decode_cursor(after, 2)
            mine = [row for row in mine if (row.entry.time.isoformat(), row.id) < (time, key)]
        page = mine[:size]
        return page, encode_cursor(page[-1].entry.time, page[-1].id) if len(mine) > size else None

    def unread(self, recipient_id: str) -> Sequence[Unread]:
        unread = [row for row in self.stored.values() if row.recipient_id == recipient_id and not row.entry.read]
        counts = Counter((row.entry.ticket_id, row.staff_only) for row in unread)
        return [Unread(*key, entries) for key, entries in counts.items()]

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        for key, row in self.stored.items():
            wanted = (ids is None or key in ids) and (ticket_id is None or row.entry.ticket_id == ticket_id)
            if row.recipient_id == recipient_id and wanted:
                self.stored[key] = replace(row, entry=row.entry.model_copy(update={"read": True}))

    def forget(self, ticket_ids: Collection[str]) -> None:
        self.stored = {key: row for key, row in self.stored.items() if row.entry.ticket_id not in ticket_ids}


class FakeDeliveries:
    def __init__(self) -> None:
        self.rows: dict[str, Delivery] = {}

    def add(self, rows: Sequence[Delivery]) -> None:
        for row in rows:
            self.rows.setdefault(row.id, row)

    def claim(self, channel: str, claim: str, now: datetime, until: datetime) -> list[list[Delivery]]:
        queued = [row for row in self.rows.values() if row.state == "queued" and row.channel == channel]
        due = sorted((row for row in queued if row.due_at <= now), key=lambda row: row.due_at)
        mails = []
        for pair in dict.fromkeys((row.ticket_id, row.recipient_id) for row in due):
            mail = take_together([row for row in queued if (row.ticket_id, row.recipient_id) == pair], now)
            for row in mail:
                self._change(row, state="claimed", claim=claim, until=until, updated_at=now, attempts=row.attempts + 1)
            mails.append([self.rows[row.id] for row in mail])
        return mails

    def hand(self, rows: Sequence[Delivery], receipt: Receipt, now: datetime, until: datetime) -> int:
        mine = self._held(rows, ["claimed"])
        for row in mine:
            self._change(row, state="handing", **vars(receipt), updated_at=now, until=until)
        return len(mine)

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        for row in self._held(rows, SETTLES_FROM[outcome.state]):
            due = outcome.due_at or row.due_at
            secret = row.secret if outcome.state == "queued" else None
            self._change(row, state=outcome.state, error=outcome.error, due_at=due, updated_at=now, secret=secret)

    def recover(self, now: datetime) -> list[str]:
        expired = [row for row in self.rows.values() if row.until is not None and row.until < now]
        for row in expired:
            if row.state == "claimed":
                self._change(row, state="queued", updated_at=now)
        lost = [row for row in expired if row.state == "handing"]
        for row in lost:
            self._change(row, state="unknown", error="lost", updated_at=now, secret=None)
        return [row.id for row in lost]

    def page(self, state: State | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        rows = [row for row in self.rows.values() if state is None or row.state == state]
        rows.sort(key=lambda row: (row.created_at, row.id), reverse=True)
        if after:
            time, key = decode_cursor(after, 2)
            rows = [row for row in rows if (row.created_at.isoformat(), row.id) < (time, key)]
        page = rows[:size]
        return page, encode_cursor(page[-1].created_at.isoformat(), page[-1].id) if len(rows) > size else None

    def last_test(self, channel: str) -> Delivery | None:
        rows = [row for row in self.rows.values() if row.channel == channel]
        tests = [row for row in rows if row.payload.get("purpose") == "test"]
        return max(tests, key=lambda row: row.created_at, default=None)

    def counts(self) -> Mapping[str, int]:
        states = [row.state for row in self.rows.values() if row.state != "sent"]
        return {state: states.count(state) for state in states}

    def oldest_queued(self) -> datetime | None:
        return min((row.created_at for row in self.rows.values() if row.state == "queued"), default=None)

    def forget(self, ticket_ids: Collection[str]) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row.ticket_id not in ticket_ids}

    def _held(self, rows: Sequence[Delivery], states: Collection[State]) -> list[Delivery]:
        found = [(self.rows[row.id], row) for row in rows]
        return [now for now, known in found if now.claim == known.claim and now.state in states]

    def _change(self, row: Delivery, **fields: object) -> None:
        self.rows[row.id] = replace(row, **fields)  # type: ignore[arg-type]


@dataclass
class FakeMailServer:
    """Raises `refuses` before DATA, or `breaks` in it, as often as they are given; keeps what it took."""

    refuses: list[TransportError] = field(default_factory=list)
    breaks: list[TransportError] = field(default_factory=list)
    taken: list[tuple[str, Message]] = field(default_factory=list)

    @contextmanager
    def conversation(self) -> Iterator["FakeMailServer"]:
        yield self

    @contextmanager
    def to(self, address: str) -> Iterator["_Handover"]:
        if self.refuses:
            raise self.refuses.pop(0)
        yield _Handover(self, address)


@dataclass
class _Handover:
    server: FakeMailServer
    address: str

    def hand(self, message: bytes) -> None:
        if self.server.breaks:
            raise self.server.breaks.pop(0)
        self.server.taken.append((self.address, message_from_bytes(message)))


class FakeComposer:
    def compose(self, bundle: Bundle) -> Mail:
        message = EmailMessage()
        first = bundle.rows[0]
        message["Subject"] = bundle.rows[-1].subject
        message["Message-ID"] = f"<{first.ticket_id}.{first.sequence}.{first.recipient_id}@test>"
        message["In-Reply-To"] = message["References"] = "<root@test>"
        headers = {name: str(value) for name, value in message.items()}
        message.set_content("\n".join(str(row.payload.get("text")) for row in bundle.rows))
        to = address_of(first.payload, bundle.recipient.emails)
        assert to is not None
        return Mail(to, headers, message.as_bytes())


@dataclass
class FakePublisher:
    published: list[Event] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        self.published.append(event)
