"""Links that let somebody choose a password without having one: invitations, and forgotten passwords."""

import asyncio
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from gateway.bus.publisher import Sender
from gateway.kit.settings import Settings
from gateway.people.domain.secret import digest
from gateway.people.usecases.ports import Accounts, LinkStore
from trackline_core.messages import to_exchange
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import MAIL_REQUESTED, Event, MailRequested
from trackline_schemas.viewer import Viewer

Purpose = Literal["invited", "password_link"]
LIFE: Mapping[Purpose, timedelta] = {"invited": timedelta(days=7), "password_link": timedelta(hours=1)}
# Mails to one person while their links live: a stranger who knows the address cannot fill the mailbox.
AT_ONCE = 3
BATCH = 100


class Links:
    """A link's token is "<id>.<secret>". The secret follows from the id by a key of ours: the row holds its hash only,
    and yet the mail can be asked for after a crash."""

    def __init__(self, store: LinkStore, accounts: Accounts, sender: Sender, settings: Settings) -> None:
        self._store = store
        self._accounts = accounts
        self._sender = sender
        self._key = hmac.digest(settings.secret.get_secret_value().encode(), b"links", "sha256")
        self._portal = settings.public_url.rstrip("/")
        self._pause = settings.sweep_seconds
        self._wake = asyncio.Event()

    async def invite(self, context: CallContext, person: Document) -> None:
        """A new invitation ends the one before. Raises ServiceError conflict for whoever can sign in already."""
        if "password_hash" in person:
            raise refuse(reasons.people.PASSWORD_ALREADY_CHOSEN)
        if not person["active"]:
            raise refuse(reasons.people.ACCOUNT_TO_ACTIVATE_FIRST)
        await self._store.remove(person["_id"], "invited")
        await self._issue(person["_id"], "invited", context)

    async def forgotten(self, email: str) -> None:
        """Says nothing about whether there is such an account."""
        person = await self._accounts.by_email(email)
        if person is None or not person["active"]:
            return
        if await self._store.count(person["_id"], "password_link", AT_ONCE) < AT_ONCE:
            await self._issue(person["_id"], "password_link", CallContext())

    async def holder(self, token: str) -> Document | None:
        """The person whom the link lets in, if it still does."""
        row = await self._store.find(*_parsed(token))
        return row and await self._accounts.active(row["user_id"])

    async def take(self, token: str) -> str:
        """The person's id. The link is used up by this. Raises ServiceError invalid."""
        row = await self._store.take(*_parsed(token))
        if row is None:
            raise refuse(reasons.people.LINK_NOT_VALID, pointer="/link")
        return str(row["user_id"])

    async def revoke_all(self, user_id: str) -> None:
        await self._store.remove(user_id)

    async def run(self) -> None:
        """Asks for the mails of new links, and for those that another process left behind."""
        while True:
            await self._sender.ready()
            await self._ask_for_mails()
            try:
                await asyncio.wait_for(self._wake.wait(), self._pause)
            except TimeoutError:
                continue
            self._wake.clear()

    async def _issue(self, user_id: str, purpose: Purpose, context: CallContext) -> None:
        key, now = secrets.token_hex(16), datetime.now(UTC)
        row = {
            "_id": key,
            "secret": digest(self._secret(key)),
            "user_id": user_id,
            "purpose": purpose,
            "actor": context.viewer.id,
            "request_id": context.request_id,
            "created_at": now,
            "expires_at": now + LIFE[purpose],
            "mail_pending": True,
        }
        await self._store.insert(row)
        self._wake.set()

    async def _ask_for_mails(self) -> None:
        rows = await self._store.without_mail(BATCH)
        taken = await self._sender.publish([to_exchange(self._event(row)) for row in rows])
        confirmed = [row["_id"] for row, ok in zip(rows, taken, strict=True) if ok]
        if confirmed:
            await self._store.mail_is_asked_for(confirmed)

    def _event(self, row: Document) -> Event:
        # The same id each time: notifications make one mail of it.
        link = f"{self._portal}/password?link={row['_id']}.{self._secret(row['_id'])}"
        asked: dict[str, Any] = {"recipient_id": row["user_id"], "purpose": row["purpose"], "url": link}
        data = MailRequested.model_validate(asked | {"expires_at": row["expires_at"]})
        context = CallContext(viewer=Viewer(id=row["actor"]), request_id=row["request_id"])
        source = "/trackline/gateway"
        return Event.unlogged(
            MAIL_REQUESTED, source, row["user_id"], data, row["created_at"], id=row["_id"], context=context
        )

    def _secret(self, key: str) -> str:
        return urlsafe_b64encode(hmac.digest(self._key, key.encode(), "sha256")).decode().rstrip("=")


def _parsed(token: str) -> tuple[str, bytes]:
    """Returns (id, hash of the secret)."""
    key, _, secret = token.partition(".")
    return key, digest(secret)
