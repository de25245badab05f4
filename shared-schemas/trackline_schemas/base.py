"""The two stances of our models: strict when somebody writes to us, tolerant when we read what was stored or sent."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _to_utc_ms(value: datetime) -> datetime:
    # BSON dates hold milliseconds: what we keep more precisely would differ after a round trip.
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).replace(microsecond=aware.microsecond // 1000 * 1000)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


Instant = Annotated[datetime, AfterValidator(_to_utc_ms)]


class Command(BaseModel):
    """What a caller writes: an unknown member is an error, so that a typo cannot lose data."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """What is read: unknown members are ignored, so that an older reader survives an additive change."""

    model_config = ConfigDict(extra="ignore")
