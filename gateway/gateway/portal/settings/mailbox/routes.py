"""The local mailbox, which receives all email while no mail server is set up."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.actions.mailbox import list_mails, read_mail
from gateway.portal.kit.i18n import noop
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page
from trackline_schemas.errors import not_found

router = APIRouter(prefix="/settings/mailbox", include_in_schema=False)
AREA = Area(
    90,
    "/settings/mailbox",
    "inbox",
    noop("Local mailbox"),
    noop("Emails that were sent while no mail server was set up"),
    router,
    also=noop("Outbox, caught emails, SMTP"),
)


@router.get("")
async def mailbox(visit: AdminVisit) -> Response:
    return await settings_page(visit, "mailbox.html", mails=await list_mails(visit.parts, visit.caller))


@router.get("/{mail_id}")
async def mail(mail_id: str, visit: AdminVisit) -> Response:
    shown = await read_mail(visit.parts, visit.caller, mail_id)
    if shown is None:
        raise not_found("mail", mail_id)
    return await settings_page(visit, "mail.html", mail=shown)
