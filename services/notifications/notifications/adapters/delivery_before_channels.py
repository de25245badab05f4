"""Reads rows from the time when mail was the only channel. They have neither `channel` nor `payload`, an empty
`ticket_id` marks a letter, and the content of the mail is among the fields of the queue.
The store adds the channel to queued rows, and leaves the others unchanged."""

from typing import Any

Document = dict[str, Any]

OLD_CHANNEL = "mail"
OLD_DUE_INDEX = "state_1_due_at_1"


def upgrade(old: Document) -> Document:
    return {
        **old,
        "channel": OLD_CHANNEL,
        "payload": _ticket_notice(old) if old["ticket_id"] else {"kind": "letter", "purpose": old["news"][0]},
        "ticket_id": old["ticket_id"] or None,
        "number": old["number"] or None,
        "secret": old.get("link"),
        # The first attempt after the upgrade writes message_id.
        "message_id": old.get("message_id") or old["mail_id"],
    }


def _ticket_notice(old: Document) -> Document:
    content = {name: old[name] for name in ("title", "news", "text", "resolution")}
    # The oldest rows have no files.
    return {"kind": "ticket_notice", **content, "files": old.get("files", [])}
