"""The local mailbox: mail that left while no mail server is set."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.actions.mailbox import list_mails, read_mail
from gateway.portal.kit.i18n import noop
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import Administering, settings_page
from trackline_schemas.errors import not_found

router = APIRouter(prefix="/settings/mailbox", include_in_schema=False)
AREA = Area(
    90,
    "/settings/mailbox",
    "inbox",
    noop("Local mailbox"),
    noop("Mail that was sent while no mail server is set"),
    router,
)


@router.get("")
async def mailbox(visit: Administering) -> Response:
    return await settings_page(visit, "mailbox.html", mails=await list_mails(visit.parts, visit.caller))


@router.get("/{mail_id}")
async def mail(mail_id: str, visit: Administering) -> Response:
    shown = await read_mail(visit.parts, visit.caller, mail_id)
    if shown is None:
        raise not_found("mail", mail_id)
    return await settings_page(visit, "mail.html", mail=shown)
