"""Decides what a command changes in a record, and returns it as documents to write. Nothing here does I/O.

A document holds the kind's fields, `version`, `create_hash` (the hash of the body that created it), `created_at`,
`created_by_id`, `updated_at`, `updated_by_id` and, for kinds with a name, `name_key`, by which names are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trackline_core.outbox import CommandRecord
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found, reasons, refuse
from trackline_schemas.events import Event, event_id
from trackline_schemas.records import AnyKind
from trackline_schemas.text.keys import name_key
from trackline_schemas.versions import IfMatch, is_wanted

Document = dict[str, Any]
# A writer whose version is outdated each time gives up after this many attempts.
ATTEMPTS = 5


class RecordEvent(Event):
    """An event with the `changes` that its log row keeps: field → [before, after]. They are not sent to the bus."""

    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Write:
    """Everything that must be saved together. `version` is the version of the document that was read, or None for a new
    document. `members` are the members to set, and `after` is the resulting document. `command` is remembered if the
    caller sent an Idempotency-Key."""

    key: str
    version: int | None
    members: Document
    event: RecordEvent
    after: Document
    command: CommandRecord | None = None


@dataclass(frozen=True)
class Origin:
    """Who writes, when, and from which process."""

    context: CallContext
    at: datetime
    source: str


def create(kind: AnyKind, origin: Origin, key: str, values: Document, digest: bytes) -> Write:
    """`values` holds the fields, and may hold further members, which no history shows. Raises ServiceError."""
    given = {"active": True, **values} if "active" in kind.fields else values
    stamp = {"create_hash": digest, "created_at": origin.at, "created_by_id": origin.context.viewer.id}
    members = {**given, **_name_key(given), **stamp, **_update_stamp(origin)}
    _check(kind, origin, members)
    changes = {name: (None, given[name]) for name in kind.fields if given.get(name) is not None}
    event = _event(kind, origin, key, 1, members, changes)
    return Write(key, None, members, event, {"_id": key, "version": 1, **members})


def check_same_body(first: Document, digest: bytes) -> None:
    """Raises ServiceError key_reused unless `first`, the record of an earlier request with the same key, was created by
    the same body."""
    if first.get("create_hash") != digest:
        raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)


def update(
    kind: AnyKind, origin: Origin, document: Document, given: Document, if_match: IfMatch, digest: bytes
) -> Write | None:
    """Returns None if there is nothing to write, because nothing differs or the command was carried out before. Raises
    ServiceError."""
    _check_may_write(kind, origin, document)
    if _is_repeat(origin.context, document, digest):
        return None
    if not is_wanted(document["version"], if_match):
        raise refuse(reasons.records.CHANGED_MEANWHILE, detail={"version": document["version"]}, thing=kind.name)
    _check_not_emptied(kind, given)
    changed = changed_members(document, kind.resolve(document, given, origin.at))
    if not changed:
        return None
    _check(kind, origin, document | changed)
    members = {**changed, **_name_key(changed), **_update_stamp(origin)}
    changes = {name: (document.get(name), value) for name, value in changed.items() if name in kind.fields}
    key, version = document["_id"], document["version"]
    after = document | members | {"version": version + 1}
    event = _event(kind, origin, key, version + 1, after, changes)
    return Write(key, version, members, event, after, _command(origin.context, digest))


def changed_members(document: Mapping[str, Any], given: Document) -> Document:
    return {name: value for name, value in given.items() if document.get(name) != value}


def not_found_error(kind: AnyKind, key: str) -> ServiceError:
    return not_found(kind.name, key)


def taken_error(kind: AnyKind, members: Document) -> ServiceError:
    params = {"name": str(members.get("name", "")), "thing": kind.name}
    used = {name: value for name, value in params.items() if name in kind.taken.params}
    return refuse(kind.taken, pointer=f"/{kind.unique}", detail={"field": kind.unique}, **used)


def too_many_changes_error(kind: AnyKind) -> ServiceError:
    return refuse(reasons.records.TOO_MANY_CHANGES_AT_ONCE, thing=kind.name)


def to_view(kind: AnyKind, document: Document) -> Any:
    return kind.view.model_validate({**document, "id": document["_id"]})


def _check(kind: AnyKind, origin: Origin, values: Document) -> None:
    kind.rule(values)
    _check_may_write(kind, origin, values)


def _check_may_write(kind: AnyKind, origin: Origin, values: Document) -> None:
    if not kind.may_write(origin.context.viewer, values):
        raise refuse(kind.forbidden)


def _check_not_emptied(kind: AnyKind, given: Document) -> None:
    for name, value in given.items():
        if value is None and name not in kind.may_be_empty:
            raise refuse(reasons.records.FIELD_CANNOT_BE_EMPTIED, pointer=f"/{name}", field=name)


def _is_repeat(context: CallContext, document: Document, digest: bytes) -> bool:
    command = _command(context, digest)
    if command is None:
        return False
    hashes = [row["hash"] for row in document.get("commands", ()) if bytes(row["id"]) == command.id.bytes]
    if any(known != digest for known in hashes):
        raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
    return bool(hashes)


def _command(context: CallContext, digest: bytes) -> CommandRecord | None:
    return CommandRecord(UUID(context.command_id), digest) if context.key_sent and context.command_id else None


def _update_stamp(origin: Origin) -> Document:
    return {"updated_at": origin.at, "updated_by_id": origin.context.viewer.id}


def _name_key(values: Document) -> Document:
    return {"name_key": name_key(values["name"])} if isinstance(values.get("name"), str) else {}


def _event(
    kind: AnyKind, origin: Origin, key: str, sequence: int, document: Document, changes: dict[str, tuple[Any, Any]]
) -> RecordEvent:
    return RecordEvent(
        id=event_id(key, sequence),
        source=origin.source,
        type=kind.event_type,
        subject=key,
        time=origin.at,
        recordedat=origin.at,
        sequence=sequence,
        actor=origin.context.viewer.id,
        requestid=origin.context.request_id,
        traceparent=origin.context.traceparent,
        data=kind.event.model_validate({**document, "id": key}).model_dump(mode="json"),
        changes=changes,
    )
