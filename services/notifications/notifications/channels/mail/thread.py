"""The ids by which mail programs thread mails. They are derived from other ids, so that mails may be sent in any order
and by any process."""

from hashlib import sha256


def message_id(ticket_id: str, sequence: int, recipient_id: str, host: str) -> str:
    person = sha256(recipient_id.encode()).hexdigest()[:12]
    return f"<{ticket_id}.{sequence}.{person}@{host}>"


def letter_id(row_id: str, host: str) -> str:
    return f"<letter.{sha256(row_id.encode()).hexdigest()[:24]}@{host}>"


def root_id(ticket_id: str, host: str) -> str:
    """Returns the id of the parent of all mails of a ticket. No mail has this id, so that none must be sent first."""
    return f"<ticket.{ticket_id}@{host}>"
