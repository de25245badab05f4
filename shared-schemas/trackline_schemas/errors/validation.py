"""Reasons in Pydantic's validators, and the way back out of Pydantic's errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError, ValidationError

from trackline_schemas.errors.catalogue import find
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.reasons.requests import REQUEST_NOT_VALID
from trackline_schemas.errors.service_error import ServiceError, refuse


def value_error(reason: Reason, **params: Value) -> PydanticCustomError:
    """An error for a validator to raise. Pydantic reports the name of the reason as its `type`, the English sentence
    as its `msg` and the parameters as its `ctx`."""
    return PydanticCustomError(reason.name, reason.render(params), params)


def reason_of(error: Mapping[str, Any]) -> dict[str, Any]:
    """{"reason", "params"} of one of Pydantic's error dicts, or {} where Pydantic itself refused the value."""
    if find(error["type"]) is None:
        return {}
    return {"reason": error["type"], "params": dict(error.get("ctx") or {})}


def not_valid(error: ValidationError) -> ServiceError:
    """An error to raise, with an entry for each wrong value. The values themselves are not among its members."""
    found = error.errors(include_url=False, include_input=False)
    entries = [{"pointer": pointer(one["loc"]), "detail": one["msg"], **reason_of(one)} for one in found]
    return refuse(REQUEST_NOT_VALID, detail={"errors": entries})


def pointer(path: Iterable[int | str]) -> str:
    """The JSON pointer (RFC 6901) of a member, as in /changes/state."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
