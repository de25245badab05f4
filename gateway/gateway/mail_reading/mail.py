"""What reading a mail gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    ORDINARY = "ordinary"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    INVITATION = "invitation"
    BULK = "bulk"
    LOOP = "loop"


class Fold(StrEnum):
    """`OWN` is shown. Everything else is folded, and one click away."""

    OWN = "own"
    QUOTE = "quote"
    FORWARD = "forward"
    SIGNATURE = "signature"


class Defect(StrEnum):
    """What could not be read as it was meant, in words for people."""

    STRUCTURE = "The parts of the mail do not fit together."
    DEEP = "The mail holds parts inside parts, deeper than is read."
    MANY_PARTS = "The mail has more parts than are read."
    ENCODING = "A part is damaged: its encoding has errors."
    CHARSET = "A part names a character set that is unknown, or that its text does not fit."
    HEADER = "A header is damaged, and was read as far as possible."
    LONG_HEADER = "A header is longer than is read."
    DATE = "The date is missing or is none."
    NO_SENDER = "The mail names no sender."
    SENDERS = "The mail names more than one sender."
    HTML_DEEP = "The HTML is nested too deeply, and is shown as text."
    HTML_LONG = "The HTML is too long, and its beginning is shown as text."


@dataclass(frozen=True)
class Address:
    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """`inline` is true for a picture that the HTML shows in its text."""

    # for its way out of the process that reads
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True)
class Part:
    """A piece of a text, or of HTML that is safe to show. The pieces in their order are the whole."""

    fold: Fold
    content: str


@dataclass(frozen=True)
class Failure:
    """`status` is that of RFC 3463, such as 5.1.1; `reason` is what the other server said."""

    address: str
    status: str | None = None
    reason: str = ""

    @property
    def permanent(self) -> bool:
        return not (self.status or "5").startswith("4")


@dataclass(frozen=True)
class Report:
    """What a bounce or a complaint says about a mail of ours. `message_id` is that of our mail."""

    failures: tuple[Failure, ...] = ()
    message_id: str | None = None
    feedback_type: str | None = None


@dataclass(frozen=True)
class Mail:
    """`headers` has what matters of the others, by lower-case name (`headers.KEPT`)."""

    content_hash: str
    message_id: str | None
    references: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    headers: Mapping[str, tuple[str, ...]]
    kind: Kind
    report: Report | None
    text: str
    text_parts: tuple[Part, ...]
    html: str | None
    html_parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[Defect, ...] = field(default=())
