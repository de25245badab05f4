from trackline_schemas.base import View

INBOX_CHANGED = "inbox.changed.v1"


class InboxChanged(View):
    """A client that misses this event reads the inbox again when it reconnects. `unread` is null for new entries. After
    the recipient has read some, it is the number that is left for the rights that they did it with. A gateway with open
    streams of the recipient counts for the rights of each."""

    recipient_id: str
    unread: int | None
