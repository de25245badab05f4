"""All events in existing logs must stay readable, and the examples stand for them. Add examples, but do not change any.
If an example no longer parses, the event needs a new version."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from trackline_schemas.events import Event, event_id
from trackline_schemas.events.registry import EVENT_TYPES

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = sorted(EXAMPLES.glob("*/*.json"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def contains(whole: Any, part: Any) -> bool:
    """Returns whether every member of `part`, which was read from JSON, is in `whole` with the same value."""
    if isinstance(whole, datetime):
        return whole == datetime.fromisoformat(part)
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and contains(whole[key], part[key]) for key in part)
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(contains, whole, part))
    return bool(whole == part)


def test_every_type_has_an_example() -> None:
    assert {path.parent.name for path in FILES} == EVENT_TYPES.keys()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_an_example_still_parses_and_keeps_all_members(path: Path) -> None:
    stored = json.loads(path.read_text())
    event = Event.model_validate(stored)
    assert event.type == path.parent.name
    assert contains(event.model_dump(), stored)
    data = EVENT_TYPES[event.type].model.model_validate(event.data)
    assert contains(data.model_dump(), stored["data"])


@pytest.mark.parametrize("path", FILES, ids=name)
def test_readers_ignore_members_of_a_newer_writer(path: Path) -> None:
    stored = json.loads(path.read_text())
    newer = {**stored, "colour": "blue", "data": {**stored["data"], "mood": {"now": "fine"}}}
    event = Event.model_validate(newer)
    assert not hasattr(event, "colour")
    model = EVENT_TYPES[event.type].model
    assert model.model_validate(event.data) == model.model_validate(stored["data"])


@pytest.mark.parametrize("path", FILES, ids=name)
def test_an_event_survives_the_bus(path: Path) -> None:
    event = Event.model_validate_json(path.read_text())
    assert Event.model_validate_json(event.model_dump_json(exclude_none=True)) == event


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_id_of_a_logged_event_has_its_subject_and_sequence(path: Path) -> None:
    event = Event.model_validate_json(path.read_text())
    if event.sequence:
        assert event.id == event_id(event.subject, event.sequence)


def test_ids_sort_as_their_sequence() -> None:
    assert event_id("t", 7) == "t:00000007"
    assert event_id("t", 99) < event_id("t", 100)
