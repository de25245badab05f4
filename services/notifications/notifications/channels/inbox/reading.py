"""Lets people read their own inbox."""

from notifications.channels.inbox.ports import InboxPorts
from notifications.usecases.events import inbox_changed
from trackline_schemas.notifications import Inbox, InboxQuery, MarkRead
from trackline_schemas.viewer import Viewer


def read(ports: InboxPorts, query: InboxQuery, viewer: Viewer) -> Inbox:
    items, after = ports.store.page(viewer.id, query.unread_only, query.size, query.after)
    return Inbox(items=items, unread=_unread(ports, viewer), after=after)


def mark_read(ports: InboxPorts, command: MarkRead, viewer: Viewer) -> int:
    """Returns how many entries are still unread."""
    ports.store.mark_read(viewer.id, command.ids, command.ticket_id)
    unread = _unread(ports, viewer)
    ports.publisher.publish(inbox_changed(viewer.id, unread, ports.clock()))
    return unread


def _unread(ports: InboxPorts, viewer: Viewer) -> int:
    return ports.store.unread([viewer.id]).get(viewer.id, 0)
