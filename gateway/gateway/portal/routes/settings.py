"""What administrators look after."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from gateway.mailbox import list_mails, read_mail
from gateway.portal import desk_frame
from gateway.portal.i18n import gettext
from gateway.portal.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError, not_found

router = APIRouter(include_in_schema=False)


@router.get("/settings")
async def index(visit: Visiting) -> Response:
    _administrators_only(visit)
    return visit.page("settings.html", frame=await desk_frame.frame(visit), here="settings")


@router.get("/settings/mailbox")
async def mailbox(visit: Visiting) -> Response:
    _administrators_only(visit)
    mails, frame = await asyncio.gather(
        asyncio.to_thread(list_mails, visit.parts.settings.state), desk_frame.frame(visit)
    )
    return visit.page("mailbox.html", mails=mails, frame=frame, here="settings")


@router.get("/settings/mailbox/{mail_id}")
async def mail(mail_id: str, visit: Visiting) -> Response:
    _administrators_only(visit)
    shown, frame = await asyncio.gather(
        asyncio.to_thread(read_mail, visit.parts.settings.state, mail_id), desk_frame.frame(visit)
    )
    if shown is None:
        raise not_found("mail", mail_id)
    return visit.page("mail.html", mail=shown, frame=frame, here="settings")


def _administrators_only(visit: Visit) -> None:
    if not visit.viewer.admin:
        raise ServiceError("forbidden", gettext("Only administrators may do this."))
