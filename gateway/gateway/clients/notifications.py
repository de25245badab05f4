"""Reads from the notifications service."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.context import CallContext
from trackline_schemas.notifications import (
    Delivery,
    DeliveryState,
    Inbox,
    InboxQuery,
    MailSettings,
)
from trackline_schemas.paging import Page

_INBOX = TypeAdapter(Inbox)
_MAIL = TypeAdapter(MailSettings)
_DELIVERIES = TypeAdapter(Page[Delivery])


class NotificationsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def inbox(self, context: CallContext, query: InboxQuery) -> Inbox:
        return await self._rpc.call("notifications", "inbox", {"query": query}, context, _INBOX, read=True)

    async def deliveries(
        self,
        context: CallContext,
        state: DeliveryState | None = None,
        size: int = 25,
        after: str | None = None,
    ) -> Page[Delivery]:
        arguments = {"state": state, "size": size, "after": after}
        return await self._rpc.call("notifications", "deliveries", arguments, context, _DELIVERIES, read=True)

    async def mail_settings(self, context: CallContext) -> MailSettings:
        return await self._rpc.call("notifications", "mail_settings", {}, context, _MAIL, read=True)
