"""A person's own inbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifications.usecases.ports import InboxStore, Publisher
from notifications.usecases.rows import inbox_changed
from trackline_schemas.notifications import Inbox, InboxQuery, MarkRead
from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Inboxes:
    store: InboxStore
    publisher: Publisher
    now: Callable[[], datetime]

    def read(self, query: InboxQuery, viewer: Viewer) -> Inbox:
        items, after = self.store.page(viewer.id, query.unread_only, query.size, query.after)
        return Inbox(items=items, unread=self._unread(viewer), after=after)

    def mark_read(self, command: MarkRead, viewer: Viewer) -> int:
        """Returns what is unread afterwards."""
        self.store.mark_read(viewer.id, command.ids, command.ticket_id)
        unread = self._unread(viewer)
        self.publisher.publish(inbox_changed(viewer.id, unread, self.now()))
        return unread

    def _unread(self, viewer: Viewer) -> int:
        return self.store.unread([viewer.id]).get(viewer.id, 0)
