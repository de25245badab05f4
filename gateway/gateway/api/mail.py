"""How mail goes out, for administrators."""

from fastapi import APIRouter, Depends

from gateway.actions import mail
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, IfMatch, json_only
from trackline_schemas.notifications import Delivery, MailSettings, UpdateMailSettings

router = APIRouter(prefix="/api/v1/settings/mail", tags=["settings"], dependencies=[Depends(json_only)])


@router.get("", summary="How mail goes out")
async def get_mail_settings(parts: Gateway, caller: Administrator) -> MailSettings:
    """Never with the password. `last_test` tells how the newest test mail went."""
    return await parts.notifications.mail_settings(caller.reading())


@router.patch("", summary="Change how mail goes out")
async def update_mail_settings(
    parts: Gateway,
    caller: Administrator,
    command: UpdateMailSettings,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> MailSettings:
    """Holds from the next mail on. Replies to tickets thread by the host of `mail_from`: another one starts new
    threads. If-Match takes the `version` that you saw."""
    return await mail.update(parts, caller, command, version, key)


@router.post("/test", summary="Send myself a test mail", status_code=202)
async def send_test_mail(parts: Gateway, caller: Administrator, key: IdempotencyKey = None) -> Delivery:
    """Tried for a minute."""
    return await mail.send_test(parts, caller, key)
