"""Links that let somebody choose a password: invitations, and links for those who have forgotten theirs.

A link's token is "<id>.<secret>". The secret is derived from the id with a key of this installation. So the stored row
needs the hash of the secret only, and yet any gateway can request the mail after a crash.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from gateway.kit.client import Client
from gateway.people.domain.credentials import epoch_of
from gateway.people.domain.secret import digest
from gateway.people.domain.security_log import Entry, Outcome
from gateway.people.usecases import user
from gateway.people.usecases.asked_links import Asked
from gateway.people.usecases.ids import created_id
from gateway.people.usecases.ports import Ports
from trackline_core.messages import to_exchange
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.events import MAIL_REQUESTED, Event, MailRequested
from trackline_schemas.viewer import Viewer

Purpose = Literal["invited", "password_link"]
LIFE: Mapping[Purpose, timedelta] = {"invited": timedelta(days=7), "password_link": timedelta(hours=1)}
# As long as this many links of a person are valid, no more are mailed: a stranger who knows the address cannot fill
# the mailbox, and the person has links that work.
AT_ONCE = 3
BATCH = 100


async def invite(ports: Ports, user_id: str, context: CallContext) -> None:
    """Ends an earlier invitation. Raises ServiceError conflict if the person has a password or is not active."""
    person = await user.get(ports, user_id)
    if "password_hash" in person:
        raise refuse(reasons.people.PASSWORD_ALREADY_CHOSEN)
    if not person["active"]:
        raise refuse(reasons.people.ACCOUNT_TO_ACTIVATE_FIRST)
    await ports.links.remove(user_id, "invited")
    await _issue(ports, person, "invited", context)


def ask(ports: Ports, email: str, client: Client) -> None:
    """Notes that a client asks for a link for a forgotten password, and leaves the rest to `serve`. So the answer, and
    the next answer on the same connection, take equally long for an address that nobody has. Nobody is refused because
    of many requests for the same person, since a stranger who asks would keep the person from asking: `AT_ONCE` limits
    the mails instead. Raises ServiceError unavailable if thousands wait, whoever asks."""
    if not ports.asked_links.put(Asked(email, client, ports.clock())):
        raise refuse(reasons.access.TOO_MANY_LINKS_ASKED)


async def serve(ports: Ports) -> None:
    """Creates the links that were asked for, forever. While the store is away, each request stays until it has been
    served, or until its link would have ended: whoever asked was told that a link comes. Raises what the store raises;
    the next call goes on."""
    while True:
        asked = await ports.asked_links.first()
        try:
            await send(ports, asked.email, asked.client)
        except Exception:
            if ports.clock() - asked.at < LIFE["password_link"]:
                ports.asked_links.put_off()
            else:
                ports.asked_links.remove_first()
            raise
        ports.asked_links.remove_first()


async def send(ports: Ports, email: str, client: Client) -> None:
    """Does nothing unless somebody active has the address and has chosen a password before. Whoever has not needs an
    invitation of an administrator."""
    person = await ports.users.by_email(email)
    sent = person is not None and await _may_get_link(ports, person)
    if person and sent:
        await _issue(ports, person, "password_link", CallContext())
    # Nobody knows whether the person asks for it. So there is no actor.
    user_id = person["_id"] if person else None
    outcome: Outcome = "succeeded" if sent else "refused"
    ports.security_log.note(Entry("password_link_asked", outcome, None, user_id, client.address, "", client.request_id))


async def _may_get_link(ports: Ports, person: Document) -> bool:
    if not person["active"] or "password_hash" not in person:
        return False
    return await ports.links.count(person["_id"], "password_link", AT_ONCE) < AT_ONCE


async def find_holder(ports: Ports, token: str) -> Document | None:
    """Returns the person whom the link lets in, or None if the link does not work any more."""
    row = await ports.links.find(*_parse(token))
    holder = row and await ports.users.active(row["user_id"])
    return holder if row and holder and _is_for(row, holder) else None


async def get_holder(ports: Ports, token: str) -> Document:
    """Raises ServiceError invalid if the link does not work any more."""
    holder = await find_holder(ports, token)
    if holder is None:
        raise _not_valid()
    return holder


async def take(ports: Ports, token: str) -> Document:
    """Uses the link up and returns its row. Raises ServiceError invalid."""
    row = await ports.links.take(*_parse(token))
    if row is None:
        raise _not_valid()
    return row


def check(row: Document, account: Document) -> None:
    """Raises ServiceError invalid if the account got another password or other addresses since the link was made, or
    was deactivated: the rows of its links are removed only after that, and one may have been taken in between."""
    if not (account["active"] and _is_for(row, account)):
        raise _not_valid()


def _is_for(row: Document, account: Document) -> bool:
    # A link of an earlier release does not say how the account was.
    return "account" not in row or row["account"] == _state_of(account)


def _state_of(account: Document) -> Document:
    return {"epoch": epoch_of(account), "emails": account["emails"]}


async def deliver(ports: Ports, pause: float) -> None:
    """Requests the mails of new links forever, also of links that another process has left behind. Looks for these
    every `pause` seconds."""
    while True:
        await ports.sender.ready()
        await _request_mails(ports)
        await ports.new_links.wait(pause)


async def _issue(ports: Ports, person: Document, purpose: Purpose, context: CallContext) -> None:
    # A form that is sent twice mails one link, because its mail has the same id.
    key = created_id(context) if context.command_id else secrets.token_hex(16)
    now = ports.clock()
    row = {
        "_id": key,
        "secret": digest(_secret(ports, key)),
        "user_id": person["_id"],
        "account": _state_of(person),
        "purpose": purpose,
        "actor": context.viewer.id,
        "request_id": context.request_id,
        "created_at": now,
        "expires_at": now + LIFE[purpose],
        "mail_pending": True,
    }
    await ports.links.insert(row)
    ports.new_links.call()


async def _request_mails(ports: Ports) -> None:
    rows = await ports.links.without_mail(BATCH)
    taken = await ports.sender.publish([to_exchange(mail_requested(ports, row)) for row in rows])
    confirmed = [row["_id"] for row, ok in zip(rows, taken, strict=True) if ok]
    if confirmed:
        await ports.links.mark_mail_requested(confirmed)


def mail_requested(ports: Ports, row: Document) -> Event:
    """Returns an event with the same id for the same row each time, so that notifications send one mail."""
    url = f"{ports.portal_url}/password?link={row['_id']}.{_secret(ports, row['_id'])}"
    asked: dict[str, Any] = {"recipient_id": row["user_id"], "purpose": row["purpose"], "url": url}
    data = MailRequested.model_validate(asked | {"expires_at": row["expires_at"]})
    context = CallContext(viewer=Viewer(id=row["actor"]), request_id=row["request_id"])
    source = "/trackline/gateway"
    return Event.unlogged(
        MAIL_REQUESTED, source, row["user_id"], data, row["created_at"], id=row["_id"], context=context
    )


def _not_valid() -> ServiceError:
    return refuse(reasons.people.LINK_NOT_VALID, pointer="/link")


def _secret(ports: Ports, key: str) -> str:
    link_key = hmac.digest(ports.secret, b"links", "sha256")
    return urlsafe_b64encode(hmac.digest(link_key, key.encode(), "sha256")).decode().rstrip("=")


def _parse(token: str) -> tuple[str, bytes]:
    """Returns (id, hash of the secret)."""
    key, _, secret = token.partition(".")
    return key, digest(secret)
