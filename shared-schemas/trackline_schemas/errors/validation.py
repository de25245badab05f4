"""Reasons in Pydantic's validators, and the way back out of Pydantic's errors."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from trackline_schemas.errors.catalogue import find
from trackline_schemas.errors.reason import Reason, Value


def value_error(reason: Reason, **params: Value) -> PydanticCustomError:
    """An error for a validator to raise. Pydantic reports the name of the reason as its `type`, the English sentence
    as its `msg` and the parameters as its `ctx`."""
    return PydanticCustomError(reason.name, reason.render(params), params)


def reason_of(error: Mapping[str, Any]) -> dict[str, Any]:
    """{"reason", "params"} of one of Pydantic's error dicts, or {} where Pydantic itself refused the value."""
    if find(error["type"]) is None:
        return {}
    return {"reason": error["type"], "params": dict(error.get("ctx") or {})}
