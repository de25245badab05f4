from trackline_schemas.base import View

INBOX_CHANGED = "inbox.changed.v1"


class InboxChanged(View):
    """Whoever misses one reads the inbox again on reconnect."""

    recipient_id: str
    unread: int
