"""The names that mail programs thread by. All follow from ids, so that mails may go out in any order, from anywhere."""

from hashlib import sha256


def message_id(ticket_id: str, sequence: int, recipient_id: str, host: str) -> str:
    person = sha256(recipient_id.encode()).hexdigest()[:12]
    return f"<{ticket_id}.{sequence}.{person}@{host}>"


def letter_id(row_id: str, host: str) -> str:
    return f"<letter.{sha256(row_id.encode()).hexdigest()[:24]}@{host}>"


def root_id(ticket_id: str, host: str) -> str:
    """No mail carries it as its own: it is the parent of each, so that no mail has to be the first."""
    return f"<ticket.{ticket_id}@{host}>"


def one_line(text: str) -> str:
    """Without line breaks of any kind and control characters: a title must not add a header."""
    return "".join(mark for mark in " ".join(text.split()) if mark.isprintable())
