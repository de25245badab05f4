from typing import Literal

from pydantic import Field

from trackline_schemas.base import Instant, View

MAIL_REQUESTED = "mail.requested.v1"


class MailRequested(View):
    """`url` lets in whoever has it, once and until `expires_at`. That is why no log keeps it."""

    recipient_id: str
    purpose: Literal["invited", "password_link"]
    url: str = Field(repr=False)
    expires_at: Instant
