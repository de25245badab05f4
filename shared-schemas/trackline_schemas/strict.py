"""Makes the fields of a model take only the JSON type that the API document names.

Pydantic would turn `true` and `"3"` into numbers, `"yes"` and `1` into booleans, and `5` into an instant of 1970. JSON
has types, so that each of them is a mistake of the client. `3.0` is an integer in JSON Schema, and stays one.
"""

from collections.abc import Callable
from typing import Any, Literal

from pydantic_core import PydanticKnownError, core_schema

from trackline_schemas.errors import reasons, value_error
from trackline_schemas.plain_values import INSTANT

_NUMBERS: dict[str, Literal["int_type", "float_type"]] = {"int": "int_type", "float": "float_type"}


def strict_fields(schema: Any) -> Any:
    """Returns the core schema of a model with strict fields. Models in it are left as they are."""
    if schema["type"] in ("definitions", "model", "model-fields"):
        inner = "fields" if schema["type"] == "model-fields" else "schema"
        changed = schema[inner]
        changed = (
            {name: _strict(field) for name, field in changed.items()} if inner == "fields" else strict_fields(changed)
        )
        return {**schema, inner: changed}
    # Validators of the model stand around its fields.
    return {**schema, "schema": strict_fields(schema["schema"])} if "schema" in schema else schema


def _strict(node: Any) -> Any:
    if isinstance(node, list | tuple):
        return type(node)(map(_strict, node))
    if not isinstance(node, dict) or node.get("type") == "model":
        return node
    kind = node.get("type")
    if kind == "bool":
        return {**node, "strict": True}
    if kind in _NUMBERS:
        return core_schema.no_info_before_validator_function(_number(_NUMBERS[kind]), node)
    if kind == "datetime":
        return core_schema.no_info_before_validator_function(_instant, node)
    inner = ("schema", "items_schema", "values_schema", "choices")
    return {name: _strict(value) if name in inner else value for name, value in node.items()}


def _number(error: Literal["int_type", "float_type"]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, bool | str | bytes):
            raise PydanticKnownError(error)
        return value

    return check


def _instant(value: Any) -> Any:
    if isinstance(value, bool | int | float) or (isinstance(value, str) and not INSTANT.matches(value)):
        raise value_error(reasons.values.NOT_AN_INSTANT)
    return value
