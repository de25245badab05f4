"""Lets people read their own inbox: the entries of tickets that they may read now."""

from collections.abc import Iterator
from itertools import islice

from notifications.channels.inbox.ports import InboxPorts
from notifications.usecases.events import inbox_changed
from notifications.usecases.permission import Readability
from trackline_schemas.notifications import Inbox, InboxEntry, InboxQuery, MarkRead
from trackline_schemas.paging import encode_cursor
from trackline_schemas.viewer import Viewer

# How many rows are read at once after the first ones of a page were not enough.
MORE = 200


def read(ports: InboxPorts, query: InboxQuery, viewer: Viewer) -> Inbox:
    found = list(islice(_readable(ports, query, viewer), query.size + 1))
    items = found[: query.size]
    more = len(found) > query.size
    return Inbox(
        items=items,
        unread=_count_unread(ports, viewer),
        after=encode_cursor(items[-1].time, items[-1].id) if more else None,
    )


def mark_read(ports: InboxPorts, command: MarkRead, viewer: Viewer) -> int:
    """Returns how many entries are still unread."""
    ports.store.mark_read(viewer.id, command.ids, command.ticket_id)
    unread = _count_unread(ports, viewer)
    ports.publisher.publish(inbox_changed(viewer.id, unread, ports.clock()))
    return unread


def _count_unread(ports: InboxPorts, viewer: Viewer) -> int:
    groups = ports.store.unread(viewer.id)
    rules = Readability.of(ports.known, viewer, {group.ticket_id for group in groups})
    return sum(group.entries for group in groups if rules.reads(group.ticket_id, staff_only=group.staff_only))


def _readable(ports: InboxPorts, query: InboxQuery, viewer: Viewer) -> Iterator[InboxEntry]:
    size, after = query.size + 1, query.after
    while True:
        rows, after = ports.store.page(viewer.id, query.unread_only, size, after)
        readability = Readability.of(ports.known, viewer, {row.entry.ticket_id for row in rows})
        for row in rows:
            if readability.reads(row.entry.ticket_id, staff_only=row.staff_only):
                yield row.entry
        if after is None:
            return
        size = MORE
