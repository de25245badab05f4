"""Notifications on the bus."""

from notifications.bootstrap import Notifications, build
from trackline_chassis.entrypoints import App, Call, events, rpc
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


class NotificationsService:
    name = "notifications"
    app: Notifications = App(build)
    call: CallContext = Call()

    @rpc
    def inbox(self, query: InboxQuery) -> Inbox:
        return self.app.inbox.read(query, self.call.viewer)

    @rpc
    def mark_read(self, command: MarkRead) -> dict[str, int]:
        return {"unread": self.app.inbox.mark_read(command, self.call.viewer)}

    @rpc
    def deliveries(
        self, state: DeliveryState | None = None, size: int = 25, after: str | None = None
    ) -> Page[Delivery]:
        return self.app.deliveries(state, size, after, self.call.viewer)

    @rpc
    def mail_settings(self) -> MailSettings:
        return self.app.mail.read(self.call.viewer)

    @rpc
    def update_mail_settings(self, command: UpdateMailSettings) -> MailSettings:
        return self.app.mail.update(command, self.call.viewer)

    @rpc
    def send_test_mail(self) -> Delivery:
        return self.app.mail.test(self.call)

    @events("notifications.events", linger=0.1)
    def consume(self, events: list[Event]) -> None:
        self.app.consume(events)
