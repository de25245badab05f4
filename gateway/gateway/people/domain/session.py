"""What a browser session is, and how long it lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.people.domain.secret import digest

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    """`token` is the value of the cookie. Forms send `csrf_token` in a field, scripts in the header X-CSRF-Token.
    `epoch` is the `credentials_epoch` of the account at the sign-in."""

    token: str
    csrf_token: str
    user_id: str
    remember: bool
    expires_at: datetime
    epoch: int = 0

    @property
    def id(self) -> str:
        """The hash of the token, in hexadecimal digits."""
        return digest(self.token).hex()
