"""The stored schemas: every difference from the models is reported with its readers, none is written by accident."""

import json
from pathlib import Path
from typing import Any

import pytest

from trackline_local import event_schemas
from trackline_local.steps import Failure
from trackline_schemas.events.registry import EVENT_TYPES

TEAM = "team.changed.v1"
READERS = f"Readers: {', '.join(EVENT_TYPES[TEAM].readers)}."


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Yields a folder with the schemas of this release, which tests may change."""
    monkeypatch.setattr(event_schemas, "STORED", tmp_path)
    event_schemas.write(tmp_path, event_schemas.generate())
    return tmp_path


def read_schema(stored: Path, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((stored / f"{name}.json").read_text())
    return schema


def test_the_stored_schemas_are_those_of_the_models() -> None:
    event_schemas.check()


def test_an_additive_change_is_reported_and_written(stored: Path) -> None:
    before = read_schema(stored, TEAM)
    del before["properties"]["confidential"]
    event_schemas.write(stored, {**event_schemas.read(stored), TEAM: before})
    line = f"{TEAM}: additive: confidential is new and optional. {READERS}"
    with pytest.raises(Failure) as failed:
        event_schemas.check()
    assert str(failed.value).splitlines()[0] == line
    event_schemas.update(accept_breaking=False)
    event_schemas.check()


def test_a_breaking_change_is_written_only_where_it_is_accepted(stored: Path) -> None:
    before = read_schema(stored, TEAM)
    before["properties"]["colour"] = {"type": "string"}
    event_schemas.write(stored, {**event_schemas.read(stored), TEAM: before})
    with pytest.raises(Failure, match=r"team\.changed\.v1: breaking: colour was removed"):
        event_schemas.update(accept_breaking=False)
    assert read_schema(stored, TEAM) == before
    event_schemas.update(accept_breaking=True)
    event_schemas.check()


def test_a_change_of_the_envelope_concerns_every_reader(stored: Path) -> None:
    before = read_schema(stored, "envelope")
    before["required"].remove("actor")
    event_schemas.write(stored, {**event_schemas.read(stored), "envelope": before})
    with pytest.raises(Failure, match=r"envelope: breaking: actor is required: .* Every reader reads it\."):
        event_schemas.check()


def test_a_type_that_is_gone_is_breaking_and_its_schema_goes_when_that_is_accepted(stored: Path) -> None:
    event_schemas.write(stored, {**event_schemas.read(stored), "ticket.sla.v1": {"type": "object"}})
    with pytest.raises(Failure, match=r"ticket\.sla\.v1: breaking: the type is not registered any more"):
        event_schemas.update(accept_breaking=False)
    event_schemas.update(accept_breaking=True)
    assert not (stored / "ticket.sla.v1.json").exists()


def test_a_new_type_is_additive(stored: Path) -> None:
    (stored / f"{TEAM}.json").unlink()
    with pytest.raises(Failure, match=r"team\.changed\.v1: additive: the type is new"):
        event_schemas.check()


def test_members_may_be_named_title_or_description() -> None:
    schemas = event_schemas.generate()
    assert "title" in schemas["ticket.created.v1"]["$defs"]["TicketView"]["properties"]
    assert "description" not in json.dumps(schemas)
