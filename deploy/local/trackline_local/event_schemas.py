"""The JSON Schemas of all event types. They are stored in shared-schemas/schemas and compared with the models."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trackline_local.schema_changes import Change, find_changes
from trackline_local.steps import ROOT, Failure, say
from trackline_schemas.base import View
from trackline_schemas.events import Event
from trackline_schemas.events.registry import EVENT_TYPES

STORED = ROOT / "shared-schemas/schemas"
ENVELOPE = "envelope"
Schemas = Mapping[str, dict[str, Any]]


def check() -> None:
    """Raises Failure with every difference between the models and the stored schemas."""
    found = find_differences(read(STORED), generate())
    if found:
        raise Failure("\n".join([*found, "If these changes are intended, run make schemas (docs/adding-an-event.md)."]))
    say("event schemas", f"{len(EVENT_TYPES)} types match their stored schemas")


def update(accept_breaking: bool) -> None:
    """Writes the schemas of the models. Refuses breaking changes unless they are accepted."""
    new = generate()
    found = find_differences(read(STORED), new)
    breaking = [line for line in found if ": breaking: " in line]
    if breaking and not accept_breaking:
        how = "Make a new version of the type instead, or accept them: make schemas ACCEPT=breaking."
        raise Failure("\n".join([*breaking, how]))
    write(STORED, new)
    for line in found:
        say("event schemas", line)


def generate() -> Schemas:
    """Returns event type → schema, and the schema of the envelope that all events share."""
    models: dict[str, type[View]] = {ENVELOPE: Event}
    models |= {name: one.model for name, one in EVENT_TYPES.items()}
    return {name: _without_prose(model.model_json_schema()) for name, model in models.items()}


def read(folder: Path) -> Schemas:
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def write(folder: Path, schemas: Schemas) -> None:
    for path in folder.glob("*.json"):
        if path.stem not in schemas:
            path.unlink()
    for name, schema in schemas.items():
        (folder / f"{name}.json").write_text(json.dumps(schema, indent=2) + "\n")


def find_differences(stored: Schemas, new: Schemas) -> list[str]:
    """Returns a sentence for each difference. It begins with "<type>: breaking: " or "<type>: additive: "."""
    found = []
    for name in sorted(stored.keys() | new.keys()):
        for change in _changes_of_type(stored.get(name), new.get(name)):
            verdict = "breaking" if change.breaking else "additive"
            subject = change.path or "the type"
            found.append(f"{name}: {verdict}: {subject} {change.text}. {_readers(name)}")
    return found


def _changes_of_type(stored: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Change]:
    if new is None:
        return [Change("", "is not registered any more, and logs may hold events of it", True)]
    if stored is None:
        return [Change("", "is new", False)]
    found = find_changes(stored, new)
    return found or ([] if stored == new else [Change("", "is written in another form and means the same", False)])


def _readers(name: str) -> str:
    if name == ENVELOPE:
        return "Every reader reads it."
    readers = EVENT_TYPES[name].readers if name in EVENT_TYPES else ()
    return f"Readers: {', '.join(readers)}." if readers else "Nobody handles it."


def _without_prose(schema: Any) -> Any:
    """Returns the schema without titles and descriptions, which are not part of the contract."""
    if isinstance(schema, list):
        return [_without_prose(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    # The data may have a member named title. Its value is a schema and not a text.
    prose = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: _without_prose(value) for key, value in schema.items() if key not in prose}
