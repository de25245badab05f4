"""What administrators look after: the index of it, and the local mailbox."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from gateway.mailbox import list_mails, read_mail
from gateway.portal.administering import Administering, settings_page
from gateway.portal.i18n import gettext, noop
from gateway.portal.routes import api_keys, calls, health, organisation, people, people_import, setup, teams
from trackline_schemas.errors import not_found

router = APIRouter(include_in_schema=False)
# Before the people, as "import" is no person's id.
for part in (calls, people_import, people, teams, organisation, api_keys, health, setup):
    router.include_router(part.router)


@dataclass(frozen=True)
class Entry:
    address: str
    icon: str
    title: str
    text: str


# Address, icon, title, what is there: the search looks at the latter two.
INDEX = [
    ("/settings/people", "user-round", noop("People"), noop("Accounts, invitations, rights, language and time zone")),
    ("/settings/people/import", "file-text", noop("People from a file"), noop("Import a CSV file of accounts")),
    ("/settings/teams", "users", noop("Teams"), noop("Members and roles, confidential tickets")),
    ("/settings/categories", "tag", noop("Categories"), noop("What tickets are about, and which team gets them")),
    ("/settings/organisation", "building-2", noop("Organisation"), noop("Name, language and time zone")),
    ("/settings/mail", "mail", noop("Mail"), noop("Server, sender, test mail")),
    ("/settings/api-keys", "key-round", noop("API keys"), noop("For scripts and other systems")),
    ("/settings/health", "activity", noop("Health"), noop("Services, queues, mail, search index, dead letters")),
    ("/settings/mailbox", "inbox", noop("Local mailbox"), noop("Mail that was sent while no mail server is set")),
    ("/setup", "list-checks", noop("Setting up"), noop("The first steps once more")),
]


@router.get("/settings")
async def index(visit: Administering, q: str = "") -> Response:
    entries = [Entry(address, icon, gettext(title), gettext(text)) for address, icon, title, text in INDEX]
    wanted = q.casefold().split()
    found = [entry for entry in entries if all(word in f"{entry.title} {entry.text}".casefold() for word in wanted)]
    return await settings_page(visit, "settings.html", q=q, entries=found)


@router.get("/settings/mailbox")
async def mailbox(visit: Administering) -> Response:
    mails = await asyncio.to_thread(list_mails, visit.parts.settings.state)
    return await settings_page(visit, "mailbox.html", mails=mails)


@router.get("/settings/mailbox/{mail_id}")
async def mail(mail_id: str, visit: Administering) -> Response:
    shown = await asyncio.to_thread(read_mail, visit.parts.settings.state, mail_id)
    if shown is None:
        raise not_found("mail", mail_id)
    return await settings_page(visit, "mail.html", mail=shown)
