"""The mails of the local mailbox, as one administrator may read them. Of a mail about a ticket they see the subject and
the text only if they are staff of the ticket or the mail was for them, otherwise only the number of the ticket."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage

from gateway.actions.caller import Caller, require_admin
from gateway.actions.parts import Parts
from gateway.actions.rights import is_staff
from gateway.mailbox import store
from gateway.mailbox.store import Mail
from trackline_schemas.filters import Condition
from trackline_schemas.paging import MAX_PAGE, PageQuery
from trackline_schemas.text.keys import address_key

# Notifications writes both: the root of a ticket's thread, and a subject that begins with the ticket's number.
_THREAD = re.compile(r"<ticket\.([^@>]+)@")
_NUMBER = re.compile(r"\[[A-Z]+-\d+\]")


async def list_mails(parts: Parts, caller: Caller) -> Sequence[Mail]:
    require_admin(caller)
    mails = await asyncio.to_thread(store.list_mails, parts.settings.state, MAX_PAGE)
    return await _restrict(parts, caller, mails)


async def read_mail(parts: Parts, caller: Caller, mail_id: str) -> Mail | None:
    """Returns None if the mail is not in the mailbox, or was removed from it."""
    require_admin(caller)
    mail = await asyncio.to_thread(store.read_mail, parts.settings.state, mail_id)
    return mail and (await _restrict(parts, caller, [mail]))[0]


async def _restrict(parts: Parts, caller: Caller, mails: Sequence[Mail]) -> Sequence[Mail]:
    ids = sorted({found for mail in mails if (found := _ticket_id(mail))})
    readable = await _staff_tickets(parts, caller, ids) if ids else set()
    # The envelope has addresses in ASCII.
    own = set(map(address_key, caller.person.emails))
    return [mail if _may_read(mail, readable, own) else _hide(mail) for mail in mails]


def _may_read(mail: Mail, readable: set[str], own: set[str]) -> bool:
    """`own` has the keys of the reader's addresses."""
    ticket_id = _ticket_id(mail)
    return ticket_id is None or ticket_id in readable or own.issuperset(map(address_key, mail.recipients))


async def _staff_tickets(parts: Parts, caller: Caller, ids: list[str]) -> set[str]:
    query = PageQuery(filter=Condition(field="id", op="in", value=ids), size=MAX_PAGE)
    page = await parts.tickets.list(caller.reading(), query)
    return {ticket.id for ticket in page.items if is_staff(parts, caller, ticket)}


def _ticket_id(mail: Mail) -> str | None:
    found = _THREAD.match(str(mail.message.get("In-Reply-To", "")).strip())
    return found[1] if found else None


def _hide(mail: Mail) -> Mail:
    number = _NUMBER.match(mail.subject)
    return replace(mail, subject=number[0] if number else "", text="", message=EmailMessage())
