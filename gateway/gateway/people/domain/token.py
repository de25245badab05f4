"""What an access token says, and how long tokens last."""

from dataclasses import dataclass
from datetime import timedelta

ACCESS = timedelta(minutes=15)
REFRESH = timedelta(days=30)


@dataclass(frozen=True)
class AccessToken:
    """`issued_at` and `expires_at` are seconds since the epoch."""

    user_id: str
    issued_at: float
    expires_at: float
