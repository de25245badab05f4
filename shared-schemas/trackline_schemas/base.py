"""The two stances of our models: strict when somebody writes to us, tolerant when we read what was stored or sent."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from trackline_schemas.errors import reasons, value_error


def to_instant(value: datetime) -> datetime:
    """UTC, in whole milliseconds; a naive value is UTC already. Raises ValueError beyond what UTC can hold."""
    # BSON dates hold milliseconds: what we keep more precisely would differ after a round trip.
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).replace(microsecond=aware.microsecond // 1000 * 1000)
    except OverflowError:
        raise value_error(reasons.values.INSTANT_OUT_OF_RANGE) from None


Instant = Annotated[datetime, AfterValidator(to_instant)]


def now() -> datetime:
    return to_instant(datetime.now(UTC))


class Command(BaseModel):
    """What a caller writes: an unknown member is an error, so that a typo cannot lose data."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def digest(self) -> bytes:
        """SHA-256 of what the caller sent: a member left out differs from one sent as null."""
        sent = json.dumps(self.model_dump(mode="json", exclude_unset=True), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(sent.encode()).digest()


class View(BaseModel):
    """What is read: unknown members are ignored, so that an older reader survives an additive change."""

    model_config = ConfigDict(extra="ignore")
