"""What administrators look after."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from gateway.mailbox import list_mails, read_mail
from gateway.portal.administering import Administering, settings_page
from gateway.portal.routes import people_import
from trackline_schemas.errors import not_found

router = APIRouter(include_in_schema=False)
for part in (people_import,):
    router.include_router(part.router)


@router.get("/settings")
async def index(visit: Administering) -> Response:
    return await settings_page(visit, "settings.html")


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
