from typing import Literal

from pydantic import Field

from trackline_schemas.base import Instant, View

MAIL_REQUESTED = "mail.requested.v1"


class MailRequested(View):
    """Everybody who has the `url` can use it to sign in, once and until `expires_at`. That is why no log keeps this
    event."""

    recipient_id: str
    purpose: Literal["invited", "password_link"]
    url: str = Field(repr=False)
    expires_at: Instant
