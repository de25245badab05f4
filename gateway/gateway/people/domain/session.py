"""What a browser session is, how long it lasts, and when its person has to type the password again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.people.domain.secret import digest

# So long after somebody has typed the password they may change keys, permissions, passwords and addresses.
CONFIRMED = timedelta(minutes=15)


@dataclass(frozen=True)
class Limits:
    """The longest time without use, and the longest time in all. Those of a remembered session are for people who asked
    to stay signed in on their device."""

    idle: timedelta
    longest: timedelta
    remembered_idle: timedelta
    remembered_longest: timedelta

    def end(self, remember: bool, started_at: datetime, used_at: datetime) -> datetime:
        """Returns when a session ends that nobody uses any more."""
        if remember:
            return min(used_at + self.remembered_idle, started_at + self.remembered_longest)
        return min(used_at + self.idle, started_at + self.longest)


@dataclass(frozen=True)
class Session:
    """`token` is the value of the cookie. Forms send `csrf_token` in a field, scripts in the header X-CSRF-Token.
    `epoch` is the `credentials_epoch` of the account at the sign-in. At `confirmed_at` the person typed the password
    last."""

    token: str
    csrf_token: str
    user_id: str
    remember: bool
    expires_at: datetime
    epoch: int = 0
    confirmed_at: datetime | None = None

    @property
    def id(self) -> str:
        """The hash of the token, in hexadecimal digits."""
        return digest(self.token).hex()
