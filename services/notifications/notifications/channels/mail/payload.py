"""The content of mails: the payload of this channel's deliveries, and its stored form."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from notifications.domain.audience import File, News, Notice
from notifications.domain.delivery import Payload

NAME = "mail"

Purpose = Literal["invited", "password_link", "password_changed", "address_changed", "test"]


@dataclass(frozen=True)
class TicketNotice:
    """`news` is what happened, in the order in which the mail says it. `text` and `files` are those of the comment."""

    title: str
    news: tuple[News, ...]
    text: str | None = None
    files: tuple[File, ...] = ()
    resolution: str | None = None

    @classmethod
    def of(cls, title: str, notice: Notice) -> "TicketNotice":
        return cls(title, notice.news, notice.text, notice.files, notice.solution)

    def to_stored(self) -> Payload:
        files = [asdict(file) for file in self.files]
        return {"kind": "ticket_notice", **vars(self), "news": list(self.news), "files": files}


@dataclass(frozen=True)
class Letter:
    """A mail that belongs to no ticket. Its link is the delivery's secret. `address` is where it goes if not to the
    recipient's first address."""

    purpose: Purpose
    address: str | None = None

    def to_stored(self) -> Payload:
        return {"kind": "letter", **vars(self)}


def parse(payload: Payload) -> TicketNotice | Letter:
    if payload["kind"] == "letter":
        return Letter(payload["purpose"], payload.get("address"))
    return _ticket_notice(payload)


def address_of(payload: Payload, emails: Sequence[str]) -> str | None:
    """Returns where the mail goes, or None if the recipient, who has these addresses, cannot get it."""
    content = parse(payload)
    own = content.address if isinstance(content, Letter) else None
    return own or next(iter(emails), None)


def _ticket_notice(payload: Payload) -> TicketNotice:
    return TicketNotice(
        title=payload["title"],
        news=tuple(payload["news"]),
        text=payload["text"],
        files=tuple(File(**file) for file in payload["files"]),
        resolution=payload["resolution"],
    )
