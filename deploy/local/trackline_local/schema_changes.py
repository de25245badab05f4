"""Finds the changes between two JSON Schemas of the same event data, and decides which of them are breaking.

This release must be able to read the events in the logs. The release before, which runs beside it during an update,
must be able to read the events of this release. A change that prevents either is breaking.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
# The constraints of one alternative, as (keyword, value). Fewer constraints accept more values.
Alternative = frozenset[tuple[str, str]]

_CHILDREN = {"properties", "items", "prefixItems", "additionalProperties", "required"}
_NO_CONSTRAINT = {"title", "description", "default", "examples", "$defs"}


@dataclass(frozen=True)
class Change:
    """`path` is "ticket.tags[]" for the items of a list, "teams.*" for the values of a map, "" for the data itself.
    `whole` says that the change covers everything below the path."""

    path: str
    text: str
    breaking: bool
    whole: bool = True


@dataclass(frozen=True)
class Member:
    """A value in the schema: the alternatives that it accepts, and its default as JSON."""

    accepts: frozenset[Alternative]
    required: bool
    default: str | None


def find_changes(before: Schema, after: Schema) -> list[Change]:
    """Returns the changes by path, without those that a change further up covers."""
    old, new = (dict(_members("", schema, schema, True)) for schema in (before, after))
    paths = sorted(old.keys() | new.keys())
    found = [change for path in paths for change in _compare(path, old.get(path), new.get(path))]
    above = [change.path for change in found if change.whole]
    return [change for change in found if not any(_is_below(change.path, path) for path in above)]


def _compare(path: str, old: Member | None, new: Member | None) -> Iterator[Change]:
    if new is None:
        yield Change(path, "was removed: readers of the release before expect it", True)
    elif old is None and new.required:
        yield Change(path, "is new and required: the events that logs hold do not have it", True)
    elif old is None:
        yield Change(path, "is new and optional", False)
    else:
        yield from _type_change(path, old.accepts, new.accepts)
        yield from _presence_change(path, old, new)


def _type_change(path: str, old: frozenset[Alternative], new: frozenset[Alternative]) -> Iterator[Change]:
    lost, gained = _only_accepted_by(old, new), _only_accepted_by(new, old)
    if lost:
        yield Change(path, f"no longer accepts {_join(lost)}, which logs may hold", True)
    if gained:
        yield Change(path, f"accepts {_join(gained)}, which the release before refuses", True, whole=bool(lost))


def _presence_change(path: str, old: Member, new: Member) -> Iterator[Change]:
    if new.required and not old.required:
        yield Change(path, "is required: the events that logs hold may leave it out", True, whole=False)
    elif old.required and not new.required:
        yield Change(path, "is optional: readers of the release before require it", True, whole=False)
    elif old.default != new.default:
        text = f"has the default {new.default} instead of {old.default}: kept events that leave it out change meaning"
        yield Change(path, text, True, whole=False)


def _only_accepted_by(first: frozenset[Alternative], second: frozenset[Alternative]) -> list[Alternative]:
    return [one for one in first if not any(other <= one for other in second)]


def _join(alternatives: list[Alternative]) -> str:
    return " or ".join(sorted(" ".join(value for _, value in sorted(one)) or "anything" for one in alternatives))


def _is_below(path: str, other: str) -> bool:
    return path != other and path.startswith(other) and (other == "" or path[len(other)] in ".[")


def _members(path: str, node: Schema, root: Schema, required: bool) -> Iterator[tuple[str, Member]]:
    """Yields the member at the path and all members below it."""
    options = [_resolve(option, root) for option in node.get("anyOf", [node])]
    accepts = frozenset(alternative for option in options for alternative in _alternatives(option))
    yield path, Member(accepts, required, json.dumps(node["default"]) if "default" in node else None)
    for option in options:
        for name, child in option.get("properties", {}).items():
            below = f"{path}.{name}" if path else name
            yield from _members(below, child, root, name in option.get("required", ()))
        for suffix, child in _parts(option):
            yield from _members(path + suffix, child, root, False)


def _parts(option: Schema) -> Iterator[tuple[str, Schema]]:
    if isinstance(option.get("items"), Mapping):
        yield "[]", option["items"]
    for place, child in enumerate(option.get("prefixItems", ())):
        yield f"[{place}]", child
    values = option.get("additionalProperties", False)
    if values is not False:
        yield ".*", {} if values is True else values


def _alternatives(option: Schema) -> Iterator[Alternative]:
    own = {key: value for key, value in option.items() if key not in _CHILDREN | _NO_CONSTRAINT}
    values = own.pop("enum", None) or ([own.pop("const")] if "const" in own else [])
    plain = frozenset((key, value if isinstance(value, str) else json.dumps(value)) for key, value in own.items())
    if values:
        yield from (plain | {("value", json.dumps(value))} for value in values)
    else:
        yield plain


def _resolve(node: Schema, root: Schema) -> Schema:
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    return node
