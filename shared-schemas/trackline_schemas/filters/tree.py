"""The condition tree. As JSON: {"and": […]}, {"or": […]}, {"not": …}, {"field": "state", "op": "in", "value": […]}."""

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Op = Literal["eq", "in", "lt", "lte", "gt", "gte", "is_set"]


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class Condition(_Node):
    """`value` is a scalar, a list of scalars for `in`, or a bool for `is_set`. Dates are datetimes or ISO 8601
    strings."""

    field: str
    op: Op
    value: Any


class And(_Node):
    """Matches everything if it has no members."""

    all: list["Filter"] = Field(alias="and")


class Or(_Node):
    """Matches nothing if it has no members."""

    any: list["Filter"] = Field(alias="or")


class Not(_Node):
    filter: "Filter" = Field(alias="not")


def _kind(value: Any) -> str:
    if isinstance(value, BaseModel):
        return {"And": "and", "Or": "or", "Not": "not"}.get(type(value).__name__, "condition")
    names = value if isinstance(value, dict) else {}
    return next((name for name in ("and", "or", "not") if name in names), "condition")


Filter = Annotated[
    Union[  # noqa: UP007 (forward references need Union)
        Annotated[And, Tag("and")],
        Annotated[Or, Tag("or")],
        Annotated[Not, Tag("not")],
        Annotated[Condition, Tag("condition")],
    ],
    Discriminator(_kind),
]

And.model_rebuild()
Or.model_rebuild()
Not.model_rebuild()


def fields_of(node: Filter | None) -> set[str]:
    """Returns the names of the fields that the filter uses."""
    match node:
        case And():
            return set().union(*map(fields_of, node.all))
        case Or():
            return set().union(*map(fields_of, node.any))
        case Not():
            return fields_of(node.filter)
        case Condition():
            return {node.field}
        case _:
            return set()
