"""What one person may upload."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from trackline_schemas.errors import reasons, refuse

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Allowance:
    files_per_hour: int
    stored_bytes: int


UNLIMITED = Allowance(2**62, 2**62)


@dataclass(frozen=True)
class Usage:
    """What a person has stored, and the uploads of the last hour with the time of the first of them."""

    stored_bytes: int
    recent: int
    first: datetime

    def check(self, allowance: Allowance, now: datetime) -> None:
        """Raises ServiceError throttled or too_large."""
        if self.recent > allowance.files_per_hour:
            wait = {"retry_after": int((self.first + HOUR - now).total_seconds()) + 1}
            raise refuse(reasons.files.TOO_MANY_UPLOADS, detail=wait, most=allowance.files_per_hour)
        if self.stored_bytes > allowance.stored_bytes:
            raise refuse(reasons.files.STORAGE_FULL, megabytes=allowance.stored_bytes / 1_000_000)
