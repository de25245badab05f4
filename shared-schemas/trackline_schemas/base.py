"""The base classes of our models: commands are strict about what callers send, and views are tolerant about what was
stored."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema

from trackline_schemas.errors import reasons, value_error
from trackline_schemas.strict import strict_fields
from trackline_schemas.text.normal_form import compose


def to_instant(value: datetime) -> datetime:
    """Returns the time in UTC and in whole milliseconds. A naive value counts as UTC. Raises ValueError for a time
    outside the years 1 to 9999 in UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        instant = aware.astimezone(UTC)
    except OverflowError:
        raise value_error(reasons.values.INSTANT_OUT_OF_RANGE) from None
    # BSON dates hold milliseconds, so a more precise value would differ after a round trip.
    beyond = instant.microsecond % 1000
    return instant.replace(microsecond=instant.microsecond - beyond) if beyond else instant


Instant = Annotated[datetime, AfterValidator(to_instant)]


def now() -> datetime:
    return to_instant(datetime.now(UTC))


def digest_json(value: Any) -> bytes:
    """Returns the SHA-256 of the value as JSON, whatever the order of its members."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).digest()


# Of the members that a command does not have, so many are reported. Each costs some microseconds, and a body of a
# million bytes holds a hundred thousand.
MOST_UNKNOWN = 50


class Command(BaseModel):
    """The base of everything that a caller sends. An unknown member or a value of another type is an error, so that a
    mistake cannot lose data. Every text is put into the normal form C, whichever way it came in, so that equal texts
    are equal strings. The members in `as_typed` are not: a password counts as somebody typed it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    as_typed: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _compose_texts(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        if len(given) > len(cls.model_fields) + MOST_UNKNOWN:
            given = _without_most_unknown(given, cls.model_fields.keys())
        return {name: value if name in cls.as_typed else _composed(value) for name, value in given.items()}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        strict: CoreSchema = strict_fields(handler(source))
        return strict

    def digest(self) -> bytes:
        """Returns the SHA-256 of what the caller sent. A member that is left out differs from a member that is null."""
        return digest_json(self.model_dump(mode="json", exclude_unset=True))


def _without_most_unknown(given: Mapping[Any, Any], known: Collection[str]) -> dict[Any, Any]:
    unknown = islice((name for name in given if name not in known), MOST_UNKNOWN)
    return {name: given[name] for name in (*(name for name in known if name in given), *unknown)}


def _composed(value: Any) -> Any:
    """Objects in a list are commands themselves."""
    if isinstance(value, str):
        return compose(value)
    if isinstance(value, list):
        return [compose(one) if isinstance(one, str) else one for one in value]
    if isinstance(value, dict):
        return {name: compose(one) if isinstance(one, str) else one for name, one in value.items()}
    return value


class View(BaseModel):
    """The base of everything that is read. Unknown members are ignored, so that an older reader accepts an additive
    change."""

    model_config = ConfigDict(extra="ignore")
