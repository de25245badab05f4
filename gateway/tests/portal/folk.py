"""People in memory, for the real use cases. The stores are dictionaries."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from gateway.kit.client import Client
from gateway.kit.waiting import Lane
from gateway.people.adapters.guesses import ZxcvbnGuesses
from gateway.people.directory import Directory, Person
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.rate import Rate
from gateway.people.domain.secret import digest
from gateway.people.domain.session import Session
from gateway.people.models import OrganisationView
from gateway.people.usecases import user
from gateway.people.usecases.ports import Admission
from trackline_core.outbox import VersionConflict
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Document, Write
from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import Page

from ..people.fakes import FakeSecurityLog
from ..people.looking import find_people

PASSWORD = "correct horse battery"
CSRF = "c5rf"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


class Everybody(Directory):
    def __init__(self) -> None:
        self._users, self._teams = {}, {}
        self.organisation = OrganisationView(version=1)
        self.loaded = True

    async def refresh(self) -> None: ...

    def everybody(self) -> list[Person]:
        return list(self._users.values())


class Accounts:
    """The store of users and of their records. Everybody's password is PASSWORD until they choose another one."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.chosen: dict[str, str] = {}

    async def find(self, key: str) -> Document | None:
        return self.documents.get(key)

    async def save(self, write: Write) -> Document:
        if self.documents[write.key]["version"] != write.version:
            raise VersionConflict
        known = self.documents[write.key].get("commands", [])
        made = [{"id": write.command.id.bytes, "hash": write.command.hash}] if write.command else []
        if "password_hash" in write.members:
            self.chosen[write.key] = write.members["password_hash"]
        self.documents[write.key] = {**write.after, "commands": [*known, *made]}
        return write.after

    async def by_email(self, email: str) -> Document | None:
        return next((one for one in self.documents.values() if email in one["emails"]), None)

    async def page(
        self, q: str, team_id: str | None, active: bool | None, size: int, after: str | None
    ) -> Page[Document]:
        return find_people(self.documents.values(), q, active, size)

    async def active(self, user_id: str) -> Document | None:
        return self.documents.get(user_id)


class PlainPasswords:
    def prepare(self, password: str) -> str | None:
        return password

    async def hash(self, password: str) -> str:
        return password

    async def verify(self, stored: str | None, password: str, lane: Lane) -> str | None:
        return password if stored == password else None

    def outdated(self, stored: str) -> bool:
        return False


class Throttle:
    """Refuses with `refusal`, if there is one."""

    refusal: ServiceError | None = None

    async def admit(self, attempt: Attempt) -> Admission:
        if self.refusal:
            raise self.refusal
        return Admission(attempt, (), Lane(attempt.network))

    async def forget_failures(self, admission: Admission) -> None: ...


class Sessions:
    """The cookie of a session is the id of its person. `ended` holds cookies, `kept` holds (user id, valid cookie).
    People have typed their password just now, unless `confirmed` has another time for the id of the session."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.kept: list[tuple[str, str | None]] = []
        self.epochs: dict[str, int] = {}
        self.confirmed: dict[str, datetime] = {}

    async def start(self, user_id: str, remember: bool, epoch: int, client: Client) -> Session:
        now = datetime.now(UTC)
        confirmed_at = self.confirmed.get(digest(user_id).hex(), now)
        return Session(user_id, CSRF, user_id, remember, now + timedelta(hours=12), epoch, confirmed_at)

    async def find(self, token: str, *, used: bool) -> Session | None:
        return await self.start(token, False, self.epochs.get(token, 0), Client())

    async def list_of(self, user_id: str) -> list[Document]:
        now = datetime.now(UTC)
        times = {"created_at": now, "seen_at": now, "expires_at": now + timedelta(hours=12)}
        return [{"_id": digest(user_id).hex(), "user_agent": FIREFOX, "address": "192.0.2.7", **times}]

    def grow_old(self, cookie: str) -> None:
        """Lets the sign-in be an hour ago."""
        self.confirmed[digest(cookie).hex()] = datetime.now(UTC) - timedelta(hours=1)

    async def confirm(self, key: str, at: datetime) -> None:
        self.confirmed[key] = at

    async def set_epoch(self, token: str, epoch: int) -> None:
        self.epochs[token] = epoch

    async def end(self, token: str) -> None:
        self.ended.append(token)

    async def end_all(self, user_id: str, but: str | None = None) -> None:
        self.kept.append((user_id, but))


class Nothing:
    """Refresh tokens and links of people who have none."""

    async def remove(self, user_id: str, purpose: str | None = None) -> None: ...
    async def revoke_all(self, user_id: str, but: str | None = None) -> None: ...
    async def list_of(self, user_id: str) -> list[Document]:
        return []


class NoHistory:
    """The history of records that nobody has changed."""

    async def find(self, query: Any, kinds: Any) -> list[Document]:
        return []

    async def rows(self, ids: Any) -> list[Document]:
        return []


class Folk:
    """Has the ports that the pages use. People sign in with their address and PASSWORD."""

    def __init__(self) -> None:
        self.directory = Everybody()
        self.users = Accounts()
        clock = partial(datetime.now, UTC)
        self.clock = clock
        self.records = {"user": AsyncRecords(user.KIND, self.users, clock, "/test")}
        self.passwords = PlainPasswords()
        self.guesses = ZxcvbnGuesses()
        self.strength_rate = Rate(60, 60.0)
        self.throttle = Throttle()
        self.sessions = Sessions()
        self.refresh_tokens = self.links = Nothing()
        self.history = NoHistory()
        self.security_log = FakeSecurityLog()
        self.secret = b"s" * 32

    def add(self, id: str, name: str, **fields: Any) -> None:
        at = datetime.now(UTC)
        document = {
            "_id": id, "name": name, "emails": [f"{id}@example.org"], "active": True, "admin": False,
            "language": "en", "time_zone": "Europe/Berlin", "teams": {}, "version": 1, "password_hash": PASSWORD,
            "created_at": at, "updated_at": at, **fields,
        }  # fmt: skip
        self.users.documents[id] = document
        self.directory.put_user(document)

    def add_team(self, id: str, name: str, **fields: Any) -> None:
        self.directory.put_team(
            {"_id": id, "name": name, "confidential": False, "active": True, "version": 1, **fields}
        )
