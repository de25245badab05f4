"""The content of mails: the payload of this channel's deliveries, and its stored form."""

from dataclasses import asdict, dataclass
from typing import Literal

from notifications.domain.audience import File, News, Notice
from notifications.domain.delivery import Payload

NAME = "mail"

Purpose = Literal["invited", "password_link", "test"]


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
    """A mail that belongs to no ticket. The link of an invitation or password link is the delivery's secret."""

    purpose: Purpose

    def to_stored(self) -> Payload:
        return {"kind": "letter", "purpose": self.purpose}


def parse(payload: Payload) -> TicketNotice | Letter:
    return Letter(payload["purpose"]) if payload["kind"] == "letter" else _ticket_notice(payload)


def _ticket_notice(payload: Payload) -> TicketNotice:
    return TicketNotice(
        title=payload["title"],
        news=tuple(payload["news"]),
        text=payload["text"],
        files=tuple(File(**file) for file in payload["files"]),
        resolution=payload["resolution"],
    )
