from trackline_schemas.base import View

INBOX_CHANGED = "inbox.changed.v1"


class InboxChanged(View):
    """A client that misses this event reads the inbox again when it reconnects."""

    recipient_id: str
    unread: int
