"""The in-app inbox, mail settings, and mail deliveries as operators see them."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from trackline_schemas import addresses
from trackline_schemas.base import Command, Instant, View
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.text.invisible import clean_line

Reason = Literal[
    "received", "replied", "resolved", "assigned", "requester_replied", "new_unassigned", "state_changed", "added",
]  # fmt: skip
DeliveryState = Literal["queued", "claimed", "handing", "sent", "failed", "unknown"]


class InboxEntry(View):
    """One entry for each event and recipient. `text` is a short excerpt that the recipient may read."""

    id: str
    ticket_id: str
    number: str
    title: str
    reason: Reason
    actor_id: str
    text: str | None = None
    time: Instant
    read: bool = False


class Inbox(View):
    items: list[InboxEntry]
    unread: int
    after: str | None = None


class InboxQuery(Command):
    unread_only: bool = False
    size: Annotated[int, Field(ge=1, le=100)] = 25
    after: str | None = None


class MarkRead(Command):
    """Marks the whole inbox if neither `ids` nor `ticket_id` is given."""

    ids: list[str] | None = Field(default=None, max_length=100)
    ticket_id: str | None = None


def _smtp_url(url: str) -> str:
    # A password with such a character ends there for a parser, and its beginning would be shown as host or port.
    if any(mark in url.partition("://")[2] for mark in "/?#"):
        raise value_error(reasons.values.SMTP_URL_WITH_PATH)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and parts.port != 0 and addresses.host_to_ascii(parts.hostname or "")
    except ValueError:
        usable = False
    if not usable or any(mark.isspace() for mark in url):
        raise value_error(reasons.values.SMTP_URL_NOT_VALID)
    return url


_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def _mail_from(value: str) -> str:
    _, address = addresses.split_sender(value)
    if "@" not in address or _CONTROLS.search(value) or clean_line(value) != value:
        raise value_error(reasons.values.SENDER_NOT_VALID)
    addresses.check(address)
    return value


SmtpUrl = Annotated[str, Field(max_length=500), AfterValidator(_smtp_url)]
MailFrom = Annotated[str, Field(max_length=250), AfterValidator(_mail_from)]


class UpdateMailSettings(Command):
    """Members that are left out stay as they are. A null returns to the setting in the environment."""

    as_typed = frozenset({"smtp_url"})

    smtp_url: SmtpUrl | None = Field(default=None, repr=False)
    mail_from: MailFrom | None = None


class Delivery(View):
    """The state `unknown` means that the connection broke during the hand-over. The mail may have arrived, so nothing
    resends it. A mail without a ticket is an invitation, a link for a new password, an account notice, or a test."""

    id: str
    mail_id: str | None = None
    ticket_id: str | None = None
    number: str | None = None
    recipient_id: str
    address: str | None = None
    subject: str
    state: DeliveryState
    attempts: int = 0
    error: str | None = None
    created_at: Instant
    updated_at: Instant


class MailSettings(View):
    """`server` is the SMTP URL without its password. `server_own` and `mail_from_own` are false if the value comes from
    the environment."""

    server: str
    has_password: bool
    server_own: bool
    mail_from: str
    mail_from_own: bool
    version: int = 1
    updated_at: Instant | None = None
    updated_by_id: str | None = None
    last_test: Delivery | None = None
