"""A store of records in memory, and the contract of every store of records."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

import pytest

from trackline_core.outbox import VersionConflict, to_row
from trackline_core.records import decide, history
from trackline_core.records.decide import Document, Origin, RecordEvent, Write
from trackline_core.records.store import Taken
from trackline_schemas.base import now
from trackline_schemas.context import CallContext
from trackline_schemas.filters import Filter, matches
from trackline_schemas.records import AnyKind, ChangesQuery
from trackline_schemas.viewer import Viewer

DIGEST = b"d" * 32
ROOT = Viewer(id="root", admin=True)


class FakeRecords:
    """`events` has the events of all saves, oldest first."""

    def __init__(self, kind: AnyKind) -> None:
        self._kind = kind
        self._documents: dict[str, Document] = {}
        self.events: list[RecordEvent] = []

    def find(self, key: str) -> Document | None:
        return self._documents.get(key)

    def select(self, filter: Filter) -> list[Document]:
        found = [document for document in self._documents.values() if matches(filter, document)]
        return sorted(found, key=lambda document: (document.get("name_key", ""), document["_id"]))

    def save(self, write: Write) -> Document:
        stored = self._documents.get(write.key)
        if write.version is None and stored:
            raise Taken
        if write.version is not None and (stored is None or stored["version"] != write.version):
            raise VersionConflict
        self._check_name(write)
        kept = write.command and {"id": write.command.id.bytes, "hash": write.command.hash}
        commands = [*(stored or {}).get("commands", []), *([kept] if kept else [])]
        self._documents[write.key] = {**write.after, "commands": commands}
        self.events.append(write.event)
        return write.after

    def history(self, query: ChangesQuery) -> list[Document]:
        wanted = history.to_filter(query, [self._kind.event_type])
        rows = [to_row(event) for event in self.events]
        return history.merge_rows(query, (row for row in rows if matches(wanted, row)))

    def rows(self, ids: Sequence[str]) -> list[Document]:
        return [to_row(event) for event in self.events if event.id in ids]

    def copy_from(self, other: "FakeRecords") -> None:
        """Copies the content of another store."""
        self._documents, self.events = dict(other._documents), list(other.events)

    def _check_name(self, write: Write) -> None:
        if self._kind.unique != "name" or not write.after["active"]:
            return
        others = [one for one in self._documents.values() if one["active"] and one["_id"] != write.key]
        if write.after["name_key"] in {one["name_key"] for one in others}:
            raise Taken


class StoreOfRecords(Protocol):
    """One of the two kinds of stores, for asyncio. `relay` moves the events to the log. `forget_changes` turns the rows
    of the log into those that an earlier release wrote."""

    async def find(self, key: str) -> Document | None: ...
    async def save(self, write: Write) -> Document: ...
    async def history(self, query: ChangesQuery) -> Sequence[Document]: ...
    async def rows(self, ids: Sequence[str]) -> list[Document]: ...
    async def relay(self) -> None: ...
    async def forget_changes(self) -> None: ...


class RecordsContract:
    """A suite subclasses it and adds the fixtures `store` and `kind`. The kind has the fields name and active."""

    async def test_a_record_comes_back_as_it_was_put(self, kind: AnyKind, store: StoreOfRecords) -> None:
        made = await store.save(_new(kind, "Network"))
        found = await store.find(made["_id"])
        assert found is not None
        assert (found["name"], found["name_key"], found["active"], found["version"]) == ("Network", "network", True, 1)
        assert (found["create_hash"], found["updated_by_id"]) == (DIGEST, "root")
        assert await store.find("other") is None

    async def test_an_id_and_a_name_are_taken_once(self, kind: AnyKind, store: StoreOfRecords) -> None:
        made = await store.save(_new(kind, "Network"))
        with pytest.raises(Taken):
            await store.save(_new(kind, "Hardware", key=made["_id"]))
        with pytest.raises(Taken):
            await store.save(_new(kind, "NETWORK"))
        other = await store.save(_new(kind, "Hardware"))
        with pytest.raises(Taken):
            await store.save(_changed(kind, other, name="network"))

    async def test_a_save_names_the_version_that_it_saw(self, kind: AnyKind, store: StoreOfRecords) -> None:
        made = await store.save(_new(kind, "Network"))
        later = await store.save(_changed(kind, made, name="LAN"))
        assert (later["name"], later["name_key"], later["version"]) == ("LAN", "lan", 2)
        with pytest.raises(VersionConflict):
            await store.save(_changed(kind, made, name="WAN"))
        assert await store.find(made["_id"]) is not None

    async def test_a_command_is_remembered(self, kind: AnyKind, store: StoreOfRecords) -> None:
        made = await store.save(_new(kind, "Network"))
        context = CallContext(viewer=ROOT, command_id=str(uuid4()), key_sent=True)
        await store.save(_changed(kind, made, context, name="LAN"))
        found = await store.find(made["_id"])
        assert found is not None
        again = decide.update(kind, Origin(context, now(), "/test"), found, {"name": "WAN"}, 1, DIGEST)
        assert again is None

    async def test_the_history_is_there_at_once_and_each_change_once(
        self, kind: AnyKind, store: StoreOfRecords
    ) -> None:
        made = await store.save(_new(kind, "Network"))
        assert await _told(kind, store) == [("Network", {"name": (None, "Network"), "active": (None, True)})]
        await store.relay()
        await store.save(_changed(kind, made, name="LAN"))
        newest, first = await _told(kind, store)
        assert newest == ("LAN", {"name": ("Network", "LAN")})
        assert first[0] == "Network"

    async def test_the_history_of_an_earlier_release_is_told_from_its_states(
        self, kind: AnyKind, store: StoreOfRecords
    ) -> None:
        made = await store.save(_new(kind, "Network"))
        await store.save(_changed(kind, made, name="LAN"))
        await store.relay()
        await store.forget_changes()
        newest, first = await _told(kind, store)
        assert newest == ("LAN", {"name": ("Network", "LAN")})
        assert first[1]["name"] == (None, "Network")

    async def test_the_history_goes_by_record_actor_time_and_page(self, kind: AnyKind, store: StoreOfRecords) -> None:
        made = await store.save(_new(kind, "Network"))
        await store.save(_new(kind, "Hardware"))
        await store.save(_changed(kind, made, name="LAN"))
        await store.relay()
        assert [name for name, _ in await _told(kind, store, record_id=made["_id"])] == ["LAN", "Network"]
        assert await _told(kind, store, actor_id="somebody") == []
        assert await _told(kind, store, until=made["created_at"]) == []
        assert len(await _told(kind, store, since=made["created_at"])) == 3
        rows = await store.history(ChangesQuery(size=1))
        assert len(rows) == 2
        cursor = history.to_change(kind, rows[0], {}).cursor
        rest = await store.history(ChangesQuery(size=5, after=cursor))
        assert [row["_id"] for row in rest][:1] == [rows[1]["_id"]]


def _new(kind: AnyKind, name: str, key: str | None = None) -> Write:
    values = {"name": name, "active": True}
    return decide.create(kind, _origin(), key or uuid4().hex, values, DIGEST)


def _changed(kind: AnyKind, document: Document, context: CallContext | None = None, **given: Any) -> Write:
    write = decide.update(kind, _origin(context), document, given, None, DIGEST)
    assert write is not None
    return write


def _origin(context: CallContext | None = None) -> Origin:
    return Origin(context or CallContext(viewer=ROOT), now(), "/test")


async def _told(kind: AnyKind, store: StoreOfRecords, **query: Any) -> list[tuple[str, dict[str, Any]]]:
    rows = await store.history(ChangesQuery.model_validate(query))
    earlier = {row["_id"]: row for row in await store.rows(history.predecessor_ids(rows))}
    told = [history.to_change(kind, row, earlier) for row in rows]
    return [(one.name, {name: pair for name, pair in one.changes.items() if pair[1] is not False}) for one in told]
