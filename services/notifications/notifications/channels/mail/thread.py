"""The ids by which mail programs thread. All follow from other ids, so that mails may go out in any order, from any
process."""

from hashlib import sha256


def message_id(ticket_id: str, sequence: int, recipient_id: str, host: str) -> str:
    person = sha256(recipient_id.encode()).hexdigest()[:12]
    return f"<{ticket_id}.{sequence}.{person}@{host}>"


def letter_id(row_id: str, host: str) -> str:
    return f"<letter.{sha256(row_id.encode()).hexdigest()[:24]}@{host}>"


def root_id(ticket_id: str, host: str) -> str:
    """The parent of every mail of the ticket. No mail carries it as its own id, so that none has to be the first."""
    return f"<ticket.{ticket_id}@{host}>"
