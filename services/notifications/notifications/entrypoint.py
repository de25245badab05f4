"""The RPC methods and the event consumer of the notifications service."""

from notifications.bootstrap import Notifications, build
from notifications.channels.inbox import reading
from notifications.channels.mail import settings
from notifications.usecases import delivery
from notifications.usecases.consume import consume
from trackline_chassis.entrypoints import App, Call, rpc
from trackline_chassis.entrypoints import events as consumes
from trackline_chassis.record_methods import RecordMethods
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.notifications import (
    Delivery,
    DeliveryState,
    Inbox,
    InboxQuery,
    MailSettings,
    MarkRead,
    UpdateMailSettings,
)
from trackline_schemas.paging import Page
from trackline_schemas.versions import IfMatch


class NotificationsService(RecordMethods):
    name = "notifications"
    app: Notifications = App(build)
    call: CallContext = Call()

    @rpc
    def inbox(self, query: InboxQuery) -> Inbox:
        return reading.read(self.app.inbox, query, self.call.viewer)

    @rpc
    def mark_read(self, command: MarkRead) -> dict[str, int]:
        return {"unread": reading.mark_read(self.app.inbox, command, self.call.viewer)}

    @rpc
    def deliveries(
        self, state: DeliveryState | None = None, size: int = 25, after: str | None = None
    ) -> Page[Delivery]:
        return delivery.page(self.app.ports, state, size, after, self.call.viewer)

    @rpc
    def mail_settings(self) -> MailSettings:
        return settings.read(self.app.mail, self.call.viewer)

    @rpc
    def update_mail_settings(self, command: UpdateMailSettings, if_match: IfMatch = None) -> MailSettings:
        return settings.update(self.app.mail, command, self.call, if_match)

    @rpc
    def send_test_mail(self) -> Delivery:
        return settings.send_test(self.app.mail, self.call)

    @consumes("notifications.events", linger=0.1)
    def consume(self, batch: list[Event]) -> None:
        consume(self.app.ports, batch)
