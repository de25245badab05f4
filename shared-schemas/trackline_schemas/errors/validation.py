"""Raises reasons in Pydantic's validators, and reads them from Pydantic's errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError, ValidationError

from trackline_schemas.errors.catalogue import find
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.reasons.requests import REQUEST_NOT_VALID
from trackline_schemas.errors.service_error import ServiceError, refuse


def value_error(reason: Reason, **params: Value) -> PydanticCustomError:
    """Returns an error for a validator to raise. Pydantic reports the name of the reason as `type`, the English
    sentence as `msg` and the parameters as `ctx`."""
    return PydanticCustomError(reason.name, reason.render(params), params)


def reason_of(error: Mapping[str, Any]) -> dict[str, Any]:
    """Returns {"reason", "params"} for one of Pydantic's error dicts, or {} if Pydantic itself refused the value."""
    if find(error["type"]) is None:
        return {}
    return {"reason": error["type"], "params": dict(error.get("ctx") or {})}


def not_valid(error: ValidationError) -> ServiceError:
    """Returns an error to raise, with an entry for each wrong value. It does not contain the values themselves."""
    found = error.errors(include_url=False, include_input=False)
    entries = [{"pointer": pointer(one["loc"]), "detail": one["msg"], **reason_of(one)} for one in found]
    return refuse(REQUEST_NOT_VALID, detail={"errors": entries})


def pointer(path: Iterable[int | str]) -> str:
    """Returns the JSON pointer (RFC 6901) of a member, such as /changes/state."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
