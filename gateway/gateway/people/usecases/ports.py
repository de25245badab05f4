"""What the use cases of people need from outside."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from gateway.people.domain.session import Session
from gateway.people.domain.token import AccessToken
from trackline_core.records.decide import Document
from trackline_schemas.paging import Page


class Changes(Protocol):
    """The documents of users or of teams, for the directory."""

    def since(self, at: datetime) -> AsyncIterator[Document]:
        """Yields what was changed at `at` or later by the store's clock, which is in the member `changed_at`."""
        ...


class Pages(Protocol):
    async def page(self, size: int, after: str | None) -> Page[Document]:
        """Sorts by name."""
        ...


class ApiKeyStore(Protocol):
    """A row is {_id, secret, name, scope, user_id, created_by, created_at, last_used_at}, where `secret` is a hash."""

    async def insert(self, row: Document) -> None: ...
    async def all(self) -> list[Document]:
        """Newest first, without the hashes."""
        ...

    async def find(self, key: str, secret: bytes) -> Document | None: ...
    async def touch(self, key: str, at: datetime) -> None: ...
    async def remove(self, key: str) -> bool:
        """Returns False when there was none."""
        ...


class Credentials(Protocol):
    """What signing in reads and writes of an account."""

    async def by_email(self, email: str) -> Document | None: ...
    async def renew_hash(self, user_id: str, known: str, renewed: str) -> None:
        """Does nothing when the stored hash is not the known one any more."""
        ...


class UserStore(Protocol):
    async def has_administrator(self, but: str | None = None) -> bool:
        """Returns whether there is an active administrator other than `but`."""
        ...

    async def set_password(self, user_id: str, password_hash: str, at: datetime) -> Document | None:
        """Returns the account as it was before."""
        ...

    async def page(
        self, q: str, team_id: str | None, active: bool | None, size: int, after: str | None
    ) -> Page[Document]:
        """Sorts by name. `q` is a part of the name or of an address."""
        ...


class Accounts(Protocol):
    """Whom a link can be for."""

    async def by_email(self, email: str) -> Document | None: ...
    async def active(self, user_id: str) -> Document | None: ...


class LinkStore(Protocol):
    """A row is {_id, secret, user_id, purpose, actor, request_id, created_at, expires_at, mail_pending}, where `secret`
    is a hash. An expired row is neither found nor taken."""

    async def insert(self, row: Document) -> None: ...
    async def count(self, user_id: str, purpose: str, at_most: int) -> int: ...
    async def find(self, key: str, secret: bytes) -> Document | None: ...
    async def take(self, key: str, secret: bytes) -> Document | None:
        """Removes the row: of many at once, one gets it."""
        ...

    async def remove(self, user_id: str, purpose: str | None = None) -> None: ...
    async def without_mail(self, at_most: int) -> list[Document]:
        """Returns the rows whose mail nobody has asked for yet, oldest first."""
        ...

    async def mail_is_asked_for(self, keys: Sequence[str]) -> None: ...


class KnownAccounts(Protocol):
    async def by_email(self, email: str) -> Document | None: ...
    async def count(self, emails: Sequence[str]) -> int:
        """Returns how many accounts have one of the addresses."""
        ...


class ImportStore(Protocol):
    """Documents are {_id, state, actor, columns, rows, mapping, invite, created_at, expires_at}, once started also
    {report, until, holder}."""

    async def insert(self, key: str, document: Document) -> None:
        """Does nothing when there is one with the key."""
        ...

    async def find(self, key: str) -> Document | None: ...
    async def change_draft(self, key: str, fields: Document) -> bool:
        """Returns False when it is no draft any more."""
        ...

    async def claim(self, holder: str, now: datetime, until: datetime) -> Document | None:
        """Returns a running import whose claim has ended, now held by `holder`."""
        ...

    async def note(self, key: str, holder: str, fields: Document) -> bool:
        """Returns False when the claim is somebody else's by now."""
        ...


class OrganisationStore(Protocol):
    async def find(self) -> Document | None: ...
    async def prepare(self) -> None:
        """Makes an empty organisation of version 0 where there is none."""
        ...

    async def note(self, skip: str | None, dismissed: bool | None) -> None: ...


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...
    async def verify(self, stored: str | None, password: str) -> bool:
        """Takes as long without a stored hash."""
        ...

    def outdated(self, stored: str) -> bool: ...


class Throttle(Protocol):
    async def admit(self, account: str, address: str) -> None:
        """Counts an attempt. Raises ServiceError throttled."""
        ...

    async def succeeded(self, account: str, address: str) -> None: ...


class Sessions(Protocol):
    async def start(self, user_id: str, remember: bool) -> Session: ...
    async def find(self, token: str) -> Session | None: ...
    async def end(self, token: str) -> None: ...
    async def end_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is the token of a session that goes on."""
        ...


class AccessTokens(Protocol):
    def issue(self, user_id: str) -> str: ...
    def read(self, token: str) -> AccessToken:
        """Raises ServiceError unauthenticated."""
        ...


class RefreshTokens(Protocol):
    async def start(self, user_id: str) -> str: ...
    async def rotate(self, token: str) -> tuple[str, str]:
        """Returns (user id, next token). Raises ServiceError unauthenticated."""
        ...

    async def revoke(self, token: str) -> None: ...
    async def revoke_all(self, user_id: str) -> None: ...
