"""What the use cases of people need from outside."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.bus.publisher import Sender
from gateway.kit.client import Client
from gateway.kit.waiting import Lane
from gateway.kit.wake import Wake
from gateway.people.directory import Directory
from gateway.people.domain.attempt import Attempt, Counter
from gateway.people.domain.password_rule import Verdict
from gateway.people.domain.rate import Rate
from gateway.people.domain.security_log import Entry
from gateway.people.domain.session import Session
from gateway.people.domain.token import AccessToken, RefreshToken
from gateway.people.security import SecurityLogQuery
from gateway.people.usecases.asked_links import AskedLinks
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Document
from trackline_schemas.paging import Page
from trackline_schemas.records import AnyKind, ChangesQuery


class HistoryStore(Protocol):
    """The rows of events that record changes, as trackline_core.records.history reads them."""

    async def find(self, query: ChangesQuery, kinds: Sequence[AnyKind]) -> Sequence[Document]:
        """Returns the rows of these kinds, newest first, at most one more than the page holds."""
        ...

    async def rows(self, ids: Sequence[str]) -> list[Document]: ...


class UserStore(Protocol):
    """What the records of users do not offer. Methods return documents as they are stored."""

    async def by_email(self, email: str) -> Document | None:
        """Takes an address as somebody typed it."""
        ...

    async def active(self, user_id: str) -> Document | None: ...
    async def count(self, emails: Sequence[str]) -> int:
        """Returns how many accounts have one of the addresses."""
        ...

    async def has_administrator(self, but: str | None = None) -> bool:
        """Returns whether there is an active administrator other than `but`."""
        ...

    async def first_administrator(self) -> Document | None:
        """Returns the active administrator whose account is the oldest."""
        ...

    async def renew_hash(self, user_id: str, known: str, renewed: str) -> None:
        """Does nothing if the stored hash is no longer the known one."""
        ...

    async def page(
        self, q: str, team_id: str | None, active: bool | None, size: int, after: str | None
    ) -> Page[Document]:
        """Sorts by name. Each word of `q` is a part of the name or of an address; marks and case do not matter."""
        ...


class TeamStore(Protocol):
    async def page(self, size: int, after: str | None) -> Page[Document]:
        """Sorts by name."""
        ...


class OrganisationStore(Protocol):
    """There is one document; its key is `usecases.organisation.KEY`."""

    async def find(self) -> Document | None: ...
    async def create_missing(self) -> None:
        """Creates an organisation of version 0 if there is none, and stores the defaults of what it lacks."""
        ...

    async def note_setup(self, skip: str | None, dismissed: bool | None) -> None: ...


class ApiKeyStore(Protocol):
    """Reads the records of the kind `api_key`. A row is {_id, secret, name, scope, user_id, keys_epoch, created_by,
    created_at, last_used_at, expires_at, makers} beside what every record has; `secret` is a hash, and None in a
    revoked key. `makers` are the ids of the key that made it and of those that made that one. A key of an earlier
    release has no expires_at or no makers."""

    async def all(self) -> list[Document]:
        """Returns the keys that nobody has revoked, the newest first, without the hashes."""
        ...

    async def find(self, key: str, secret: bytes) -> Document | None: ...
    async def active(self, keys: Collection[str]) -> list[Document]:
        """Returns those of the keys that have not expired, and that nobody has revoked, without the hashes."""
        ...

    async def touch(self, key: str, at: datetime) -> None:
        """Sets `last_used_at`."""
        ...

    async def prepare(self, key: str) -> bool:
        """Makes a key of an earlier release a record of version 1. Returns False if there is no active key."""
        ...


class LinkStore(Protocol):
    """A row is {_id, secret, user_id, account, purpose, actor, request_id, created_at, expires_at, mail_pending}, where
    `secret` is a hash, and `account` is {epoch, emails} as they were when the link was made; rows of an earlier release
    lack it. An expired row is neither found nor taken."""

    async def insert(self, row: Document) -> None:
        """Does nothing if there is a row with this id."""
        ...

    async def count(self, user_id: str, purpose: str, at_most: int) -> int: ...
    async def find(self, key: str, secret: bytes) -> Document | None: ...
    async def take(self, key: str, secret: bytes) -> Document | None:
        """Removes the row and returns it. Of several callers at once, only one gets it."""
        ...

    async def remove(self, user_id: str, purpose: str | None = None) -> None: ...
    async def without_mail(self, at_most: int) -> list[Document]:
        """Returns the rows whose mail nobody has requested yet, oldest first."""
        ...

    async def mark_mail_requested(self, keys: Sequence[str]) -> None: ...


class ImportStore(Protocol):
    """A document is {_id, state, version, create_hash, actor, columns, rows, first, form, doubts, mapping, invite,
    multiline, created_at, expires_at}, and `packed` if it came as a file. Once the import was started, it also has
    {report, until, holder}."""

    async def insert(self, key: str, document: Document) -> Document:
        """Returns the document with this key, which is an earlier one if there was one."""
        ...

    async def find(self, key: str) -> Document | None: ...
    async def change_draft(self, draft: Document, fields: Document) -> bool:
        """Returns False, and changes nothing, if the draft is not as it was read."""
        ...

    async def claim(self, holder: str, now: datetime, until: datetime) -> Document | None:
        """Returns a running import whose claim has ended; `holder` has it from now on."""
        ...

    async def save_progress(self, key: str, holder: str, fields: Document) -> bool:
        """Returns False if somebody else has the claim by now."""
        ...


class MarkerStore(Protocol):
    """Remembers what happens only once in the life of an installation."""

    async def is_set(self, name: str) -> bool: ...
    async def set(self, name: str, at: datetime) -> None: ...


class SecurityLog(Protocol):
    """Keeps what happened apart from the history of records. Nothing changes or removes an entry before its time."""

    async def write(self, entry: Entry) -> None:
        """Stores the entry of an act before it returns. Does not fail."""
        ...

    def note(self, entry: Entry) -> None:
        """Stores the entry of a refusal soon. Equal ones of a minute become one entry with a count."""
        ...

    async def find(self, query: SecurityLogQuery) -> Page[Document]: ...
    def stream(self, query: SecurityLogQuery) -> AsyncIterator[Document]:
        """Yields all entries of the query, newest first, whatever its size."""
        ...


class Passwords(Protocol):
    def prepare(self, password: str) -> str | None:
        """Returns the form in which passwords are hashed, or None for one that nobody could type again for sure."""
        ...

    async def hash(self, password: str) -> str:
        """Takes a prepared password."""
        ...

    async def verify(self, stored: str | None, password: str, lane: Lane) -> str | None:
        """Returns the form of the password that was hashed, or None if it is a wrong one. Takes equally long without a
        stored hash. Raises ServiceError unavailable if too many wait already."""
        ...

    def outdated(self, stored: str) -> bool: ...


class Guesses(Protocol):
    async def judge(self, password: str, words: Collection[str]) -> Verdict:
        """Judges as gateway.people.domain.password_rule does. Raises ServiceError unavailable if too many passwords are
        judged at once."""
        ...


@dataclass(frozen=True)
class Admission:
    """`counters` have counted the attempt as failed. `lane` is where it waits for the check of its password. `last`
    says that the next attempt has to wait if this one fails."""

    attempt: Attempt
    counters: Sequence[Counter]
    lane: Lane
    last: bool = False


class Throttle(Protocol):
    async def admit(self, attempt: Attempt) -> Admission:
        """Counts an attempt. Raises ServiceError throttled."""
        ...

    async def forget_failures(self, admission: Admission) -> None:
        """Called when the attempt has succeeded."""
        ...

    async def take_back(self, admission: Admission) -> None:
        """Called when nobody has checked the password. The attempt counts no more."""
        ...


class Sessions(Protocol):
    """The id of a session is the hexadecimal hash of its token. A row is {_id, user_id, epoch, remember, created_at,
    seen_at, confirmed_at, expires_at, user_agent, address}. Rows of an earlier release lack confirmed_at and the last
    two."""

    async def start(self, user_id: str, remember: bool, epoch: int, client: Client) -> Session: ...
    async def find(self, token: str, *, used: bool) -> Session | None:
        """`used` says that a person uses the session, which prolongs it."""
        ...

    async def list_of(self, user_id: str) -> list[Document]: ...
    async def existing(self, keys: Collection[str]) -> set[str]:
        """Returns those of the ids whose sessions have not ended."""
        ...

    async def set_epoch(self, token: str, epoch: int) -> None: ...
    async def confirm(self, key: str, at: datetime) -> None:
        """Notes that the person has typed the password."""
        ...

    async def end(self, token: str) -> None: ...
    async def end_one(self, user_id: str, key: str) -> bool:
        """Returns False if the person has no such session."""
        ...

    async def end_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is the token of a session that goes on."""
        ...


class AccessTokens(Protocol):
    def issue(self, user_id: str, epoch: int, family: str) -> str: ...
    def read(self, token: str) -> AccessToken:
        """Raises ServiceError unauthenticated."""
        ...


class RefreshTokens(Protocol):
    """A row is {_id, user_id, epoch, secret, replaced, created_at, seen_at, confirmed_at, expires_at, user_agent,
    address}, where `_id` is the id of the family, and `replaced` the hash of the secret before. A row of an earlier
    release has user_id, epoch, secret and expires_at only."""

    async def start(self, user_id: str, epoch: int, client: Client) -> RefreshToken: ...
    async def rotate(self, token: str) -> RefreshToken:
        """Raises ServiceError unauthenticated, and TokenReused for a token that was used before. A token that was never
        issued changes nothing."""
        ...

    async def list_of(self, user_id: str) -> list[Document]:
        """Returns the families without the hashes of their secrets."""
        ...

    async def confirm(self, family: str, at: datetime) -> None:
        """Notes that the person has typed the password."""
        ...

    async def confirmed_at(self, family: str) -> datetime | None: ...
    async def existing(self, families: Collection[str]) -> set[str]:
        """Returns those of the families that nobody has revoked."""
        ...

    async def revoke(self, token: str) -> str | None:
        """Ends the family of a token, also of one that was used before. Returns the id of its person, or None if the
        token was never issued."""
        ...

    async def end_one(self, user_id: str, family: str) -> bool:
        """Returns False if the person has no such family."""
        ...

    async def revoke_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is a family that goes on."""
        ...


# More requests for links than this, waiting at once, are a flood. While the store is away they wait for it.
ASKED_LINKS = 5000
# So often each person may have a password judged in a minute. Pages ask while somebody types.
STRENGTHS = 60


@dataclass(frozen=True, slots=True)
class Ports:
    """`directory` holds people, teams and the organisation in memory. `records` is kind → its records. While somebody
    holds `administrators`, nobody else can take an administrator's rights away. `secret` keys the hashes of commands
    and the secrets of links; `portal_url` is what links in mails begin with. `asked_links` has the addresses for which
    somebody has asked for a link, with the client that did. `outages` are what the stores raise while they cannot
    answer."""

    directory: Directory
    records: Mapping[str, AsyncRecords]
    history: HistoryStore
    users: UserStore
    teams: TeamStore
    organisation: OrganisationStore
    api_keys: ApiKeyStore
    links: LinkStore
    imports: ImportStore
    markers: MarkerStore
    administrators: AbstractAsyncContextManager[None]
    passwords: Passwords
    guesses: Guesses
    throttle: Throttle
    sessions: Sessions
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    security_log: SecurityLog
    sender: Sender
    clock: Callable[[], datetime]
    secret: bytes
    portal_url: str
    outages: tuple[type[Exception], ...]
    asked_links: AskedLinks = field(default_factory=lambda: AskedLinks(ASKED_LINKS))
    strength_rate: Rate = field(default_factory=lambda: Rate(STRENGTHS, 60.0))
    new_links: Wake = field(default_factory=Wake)
    new_imports: Wake = field(default_factory=Wake)
