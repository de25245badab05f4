"""Each kind of change to a model is found, with whether it breaks a reader."""

from datetime import datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from trackline_local.schema_changes import find_changes


class Part(BaseModel):
    name: str
    size: int = 0


class WiderPart(BaseModel):
    name: str
    size: int = 0
    colour: str


BASE: dict[str, Any] = {
    "id": (str, ...),
    "title": (str, ...),
    "state": (Literal["new", "open"], ...),
    "team_id": (str | None, None),
    "active": (bool, True),
    "at": (datetime, ...),
    "tags": (list[str], Field(default_factory=list)),
    "pair": (tuple[Any, Any] | None, None),
    "roles": (dict[str, Literal["read", "reply"]], Field(default_factory=dict)),
    "rest": (dict[str, Any], Field(default_factory=dict)),
    "part": (Part | None, None),
    "parts": (list[Part], Field(default_factory=list)),
}


def schema(without: str = "", **members: Any) -> dict[str, Any]:
    fields = {name: definition for name, definition in (BASE | members).items() if name != without}
    model: type[BaseModel] = create_model("Data", **fields)
    return model.model_json_schema()


def found(*, without: str = "", **members: Any) -> list[tuple[str, bool]]:
    """Returns (path, whether it is breaking) of each change."""
    return [(change.path, change.breaking) for change in find_changes(schema(), schema(without, **members))]


BREAKING: dict[str, tuple[dict[str, Any], list[str]]] = {
    "removed": ({"without": "title"}, ["title"]),
    "optional removed": ({"without": "team_id"}, ["team_id"]),
    "new and required": ({"due_at": (datetime, ...)}, ["due_at"]),
    "now required": ({"team_id": (str | None, ...)}, ["team_id"]),
    "now optional": ({"title": (str, "")}, ["title"]),
    "no null any more": ({"team_id": (str, "")}, ["team_id", "team_id"]),
    "null, too": ({"title": (str | None, ...)}, ["title"]),
    "another type": ({"title": (int, ...)}, ["title", "title"]),
    "a value fewer": ({"state": (Literal["new"], ...)}, ["state"]),
    "a value more": ({"state": (Literal["new", "open", "closed"], ...)}, ["state"]),
    "words become a list of values": ({"title": (Literal["a", "b"], ...)}, ["title"]),
    "a shortest length": ({"title": (str, Field(min_length=1))}, ["title"]),
    "a format": ({"title": (datetime, ...)}, ["title"]),
    "no format any more": ({"at": (str, ...)}, ["at"]),
    "another default": ({"active": (bool, False)}, ["active"]),
    "items": ({"tags": (list[int], Field(default_factory=list))}, ["tags[]", "tags[]"]),
    "length of a pair": ({"pair": (tuple[Any, Any, Any] | None, None)}, ["pair", "pair"]),
    "values of a map": ({"roles": (dict[str, Literal["read"]], Field(default_factory=dict))}, ["roles.*"]),
    "values of an open map": ({"rest": (dict[str, str], Field(default_factory=dict))}, ["rest.*"]),
    "a required member of a part": ({"part": (WiderPart | None, None)}, ["part.colour"]),
    "a required member of a part in a list": (
        {"parts": (list[WiderPart], Field(default_factory=list))},
        ["parts[].colour"],
    ),
    "a part became a text": ({"part": (str | None, None)}, ["part", "part"]),
}


@pytest.mark.parametrize("case", BREAKING)
def test_breaking_changes(case: str) -> None:
    members, paths = BREAKING[case]
    assert found(**members) == [(path, True) for path in paths]


def test_a_renamed_member_is_breaking() -> None:
    assert found(without="title", heading=(str, ...)) == [("heading", True), ("title", True)]
    assert found(without="team_id", group_id=(str | None, None)) == [("group_id", False), ("team_id", True)]


@pytest.mark.parametrize("definition", [(str, ""), (str | None, None), (list[Part], Field(default_factory=list))])
def test_a_new_optional_member_is_additive(definition: Any) -> None:
    assert found(location=definition) == [("location", False)]


def test_another_description_is_no_change() -> None:
    before = schema()
    after = schema(title=(str, Field(title="Heading", description="What it is about")))
    assert before != after
    assert find_changes(before, after) == []


def test_equal_schemas_have_no_changes() -> None:
    assert find_changes(schema(), schema()) == []
