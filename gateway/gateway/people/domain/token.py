"""What an access token says, and how long tokens last."""

from dataclasses import dataclass
from datetime import timedelta

ACCESS = timedelta(minutes=15)
# A refresh token that nobody uses ends after the first of these, and each of its family after the second.
REFRESH = timedelta(days=30)
REFRESH_LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class AccessToken:
    """`issued_at` and `expires_at` are in seconds since the epoch of Unix. `epoch` is the `credentials_epoch` of the
    account at the sign-in, and `family` the id of the refresh token that came with it. Tokens of an earlier release
    have neither."""

    user_id: str
    issued_at: float
    expires_at: float
    epoch: int = 0
    family: str = ""


class TokenReused(Exception):
    """Somebody has sent a refresh token that was used before, so that its family has ended."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


@dataclass(frozen=True)
class RefreshToken:
    """`token` is the next token of the family."""

    token: str
    family: str
    user_id: str
    epoch: int
