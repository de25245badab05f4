"""Reads from the notifications service."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from gateway.kit.system_context import system_read_context
from trackline_schemas.context import CallContext
from trackline_schemas.notifications import (
    Delivery,
    DeliveryState,
    Inbox,
    InboxQuery,
    MailSettings,
)
from trackline_schemas.paging import Page
from trackline_schemas.viewer import Viewer

_INBOX = TypeAdapter(Inbox)
_MAIL = TypeAdapter(MailSettings)
_DELIVERIES = TypeAdapter(Page[Delivery])


class NotificationsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def inbox(self, context: CallContext, query: InboxQuery) -> Inbox:
        return await self._rpc.call("notifications", "inbox", {"query": query}, context, _INBOX, read=True)

    async def count_unread(self, viewer: Viewer) -> int:
        """Returns how many unread entries the viewer may read. The gateway itself asks, for a live stream."""
        context = system_read_context("live-inbox").model_copy(update={"viewer": viewer})
        return (await self.inbox(context, InboxQuery(size=1))).unread

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
