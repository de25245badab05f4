"""Reads the mails in the folder of the local mailbox."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from gateway.mail_reading.charsets import decode
from gateway.mail_reading.headers import decode_words

EXCERPT = 200
# The server writes the recipients of the SMTP envelope into this header, because a mail's own headers need not name
# them.
ENVELOPE_HEADER = "X-Trackline-Envelope-To"
_ID = re.compile(r"^\d{19}-[0-9a-f]{8}$")


@dataclass(frozen=True)
class Mail:
    """`recipients` are those of the SMTP envelope; `text` is the plain part, or the HTML one if there is no other."""

    id: str
    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str
    text: str
    message: EmailMessage

    @property
    def excerpt(self) -> str:
        return " ".join(self.text[: EXCERPT * 2].split())[:EXCERPT]


def list_mails(state: str | Path, limit: int = 100) -> list[Mail]:
    """Returns the newest mails, newest first. It reads files, so call it in a thread."""
    folder = folder_of(state)
    mails = (_read(folder / name) for name in names_in(folder)[:limit]) if folder.exists() else ()
    return [mail for mail in mails if mail is not None]


def read_mail(state: str | Path, mail_id: str) -> Mail | None:
    """Returns None if the mail is not in the mailbox, or was removed from it."""
    return _read(folder_of(state) / f"{mail_id}.eml") if _ID.match(mail_id) else None


def folder_of(state: str | Path) -> Path:
    return Path(state) / "mailbox"


def names_in(folder: Path) -> list[str]:
    """Returns file names, newest first: each begins with the time in nanoseconds."""
    # It lists names only, because a glob over a thousand mails took several milliseconds for each new mail.
    with os.scandir(folder) as entries:
        return sorted((entry.name for entry in entries if entry.name.endswith(".eml")), reverse=True)


def _read(path: Path) -> Mail | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    message = BytesParser(policy=policy.default).parsebytes(content)
    return Mail(
        id=path.stem,
        received_at=datetime.fromtimestamp(int(path.stem[:19]) / 1e9, UTC),
        sender=_sender(message),
        recipients=[part.strip() for part in str(message.get(ENVELOPE_HEADER, "")).split(",")],
        subject=str(message.get("Subject", "")),
        text=_text(message),
        message=message,
    )


def _sender(message: EmailMessage) -> str:
    # What Python parses as an address has a blank too many between the encoded parts of a long name.
    written = next((value for name, value in message.raw_items() if name.lower() == "from"), "")
    return decode_words("".join(written.splitlines()))[0]


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    return decode(content, part.get_content_charset())[0] if isinstance(content, bytes) else ""
