"""Builds every event that this service emits."""

from datetime import datetime
from functools import partial

from trackline_core.replay import request_event
from trackline_schemas.events import INBOX_CHANGED, Event, InboxChanged

SOURCE = "/trackline/notifications"

replay_request = partial(request_event, "notifications.events", SOURCE)


def inbox_changed(recipient_id: str, unread: int | None, now: datetime) -> Event:
    changed = InboxChanged(recipient_id=recipient_id, unread=unread)
    return Event.unlogged(INBOX_CHANGED, SOURCE, recipient_id, changed, now)
