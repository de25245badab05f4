from trackline_schemas.base import View

INBOX_CHANGED = "inbox.changed.v1"


class InboxChanged(View):
    """A client that misses this event reads the inbox again when it reconnects. `unread` is null if nobody has counted,
    which only a gateway with an open stream of the recipient has to."""

    recipient_id: str
    unread: int | None
