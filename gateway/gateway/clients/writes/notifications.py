"""Calls of the notifications service that write inboxes and the mail settings."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.context import CallContext
from trackline_schemas.notifications import Delivery, MailSettings, MarkRead, UpdateMailSettings
from trackline_schemas.versions import IfMatch

_UNREAD: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])
_DELIVERY = TypeAdapter(Delivery)
_MAIL = TypeAdapter(MailSettings)


async def mark_read(rpc: Rpc, context: CallContext, command: MarkRead) -> int:
    """Returns how many entries are unread afterwards."""
    answer = await rpc.call("notifications", "mark_read", {"command": command}, context, _UNREAD, read=False)
    return answer["unread"]


async def update_mail_settings(
    rpc: Rpc, context: CallContext, command: UpdateMailSettings, if_match: IfMatch
) -> MailSettings:
    arguments = {"command": command, "if_match": if_match}
    return await rpc.call("notifications", "update_mail_settings", arguments, context, _MAIL, read=False)


async def send_test_mail(rpc: Rpc, context: CallContext) -> Delivery:
    return await rpc.call("notifications", "send_test_mail", {}, context, _DELIVERY, read=False)
