"""What the use cases of people need from outside."""

from collections.abc import AsyncIterator
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
