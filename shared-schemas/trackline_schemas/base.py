"""The base classes of our models: commands are strict about what callers send, and views are tolerant about what was
stored."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from trackline_schemas.errors import reasons, value_error
from trackline_schemas.strict import strict_fields


def to_instant(value: datetime) -> datetime:
    """Returns the time in UTC and in whole milliseconds. A naive value counts as UTC. Raises ValueError for a time
    outside the years 1 to 9999 in UTC."""
    # BSON dates hold milliseconds, so a more precise value would differ after a round trip.
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).replace(microsecond=aware.microsecond // 1000 * 1000)
    except OverflowError:
        raise value_error(reasons.values.INSTANT_OUT_OF_RANGE) from None


Instant = Annotated[datetime, AfterValidator(to_instant)]


def now() -> datetime:
    return to_instant(datetime.now(UTC))


def digest_json(value: Any) -> bytes:
    """Returns the SHA-256 of the value as JSON, whatever the order of its members."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).digest()


class Command(BaseModel):
    """The base of everything that a caller sends. An unknown member or a value of another type is an error, so that a
    mistake cannot lose data."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return strict_fields(handler(source))

    def digest(self) -> bytes:
        """Returns the SHA-256 of what the caller sent. A member that is left out differs from a member that is null."""
        return digest_json(self.model_dump(mode="json", exclude_unset=True))


class View(BaseModel):
    """The base of everything that is read. Unknown members are ignored, so that an older reader accepts an additive
    change."""

    model_config = ConfigDict(extra="ignore")
