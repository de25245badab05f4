"""The settings of outgoing mail, for administrators."""

from fastapi import APIRouter, Depends, Response

from gateway.actions import mail
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import ETAG, IdempotencyKey, IfMatch, require_json, set_etag
from trackline_schemas.notifications import Delivery, MailSettings, UpdateMailSettings

router = APIRouter(prefix="/api/v1/settings/mail", tags=["settings"], dependencies=[Depends(require_json)])


@router.get("", responses={200: ETAG}, summary="Read the settings of outgoing mail")
async def get_mail_settings(response: Response, parts: Gateway, caller: Administrator) -> MailSettings:
    """The password is never included. `last_test` is the delivery of the newest test mail."""
    # There is no 304: the last test and the values of the environment change without a version.
    return set_etag(response, await parts.notifications.mail_settings(caller.reading()))


@router.patch("", summary="Change the settings of outgoing mail")
async def update_mail_settings(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: UpdateMailSettings,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> MailSettings:
    """The settings apply from the next mail on. Mail programs group the mails of a ticket by ids that contain the host
    of `mail_from`, so another host starts new threads. If-Match takes the `version` of the settings that you read."""
    return set_etag(response, await mail.update(parts, caller, command, version, key))


@router.post("/test", summary="Send myself a test mail", status_code=202)
async def send_test_mail(parts: Gateway, caller: Administrator, key: IdempotencyKey = None) -> Delivery:
    """Delivery is attempted for one minute."""
    return await mail.send_test(parts, caller, key)
