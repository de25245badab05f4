"""Where a person is signed in, and ending that."""

from typing import Literal

from gateway.kit.credential import Credential
from gateway.people.models import SessionView
from gateway.people.usecases import access
from gateway.people.usecases.ports import Ports
from trackline_core.records.decide import Document
from trackline_schemas.errors import not_found
from trackline_schemas.text.invisible import clean_line


async def list_sessions(ports: Ports, user_id: str, current: Credential) -> list[SessionView]:
    """Returns the browsers and apps that are signed in, the one that asks first and then the last used ones."""
    account = ports.directory.user(user_id)
    epoch = account.credentials_epoch if account else 0
    browsers = [_view("browser", row, current) for row in await ports.sessions.list_of(user_id) if _valid(row, epoch)]
    apps = [_view("app", row, current) for row in await ports.refresh_tokens.list_of(user_id) if _valid(row, epoch)]
    newest = sorted([*browsers, *apps], key=lambda one: one.last_used_at or one.expires_at, reverse=True)
    return sorted(newest, key=lambda one: not one.current)


async def end_session(ports: Ports, user_id: str, key: str) -> None:
    """Raises ServiceError not_found, also for a session of somebody else."""
    if not (await ports.sessions.end_one(user_id, key) or await ports.refresh_tokens.end_one(user_id, key)):
        raise not_found("session", key)


async def end_credential(ports: Ports, credential: Credential) -> bool:
    """Returns False for an API key, which is no sign-in, and for what has ended already."""
    if credential.kind == "session":
        return await ports.sessions.end_one(credential.user_id, credential.id)
    return credential.kind == "token" and await ports.refresh_tokens.end_one(credential.user_id, credential.id)


async def end_others(ports: Ports, user_id: str, session_token: str | None, family: str | None) -> None:
    """Ends all but the session with this token, and all but this family of tokens."""
    await access.end(ports, user_id, session_token, family)


def _valid(row: Document, epoch: int) -> bool:
    return bool(row.get("epoch", 0) >= epoch)


def _view(kind: Literal["browser", "app"], row: Document, current: Credential) -> SessionView:
    return SessionView(
        id=row["_id"],
        kind=kind,
        # A program writes into this header what it likes, and terminals obey control characters.
        user_agent=clean_line(row.get("user_agent") or "") or None,
        address=row.get("address"),
        created_at=row.get("created_at"),
        last_used_at=row.get("seen_at"),
        expires_at=row["expires_at"],
        current=row["_id"] == current.id,
    )
