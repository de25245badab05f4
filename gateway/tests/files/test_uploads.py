"""Uploads, in memory and in MongoDB: kept whole or not at all, and never thrown away while a message names them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.files.uploads import FRESH, MAX_WAITING, SAFE, Uploads
from gateway.kit.mongo import Database, connect, disconnect
from trackline_schemas.errors import ServiceError, reasons, refuse

from .fakes import FakeUploads

LIMIT = 600_000
# Several chunks of GridFS.
LARGE = os.urandom(LIMIT)


@pytest.fixture
def database() -> Iterator[Database]:
    url = os.environ.get("TRACKLINE_TEST_MONGODB_URL")
    if not url:
        pytest.skip("TRACKLINE_TEST_MONGODB_URL is not set: run by `make test`")
    name = f"test_files_{uuid4().hex[:8]}"
    database = connect(url, name)
    yield database
    disconnect(database)
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(name)


class World:
    """`stored` counts rows and chunks; `grow_old` makes everything that was uploaded so far older."""

    def __init__(self, uploads: Any, database: Database | None) -> None:
        self.uploads: Uploads = uploads
        self._database = database

    async def stored(self) -> int:
        if self._database is None:
            return len(self.uploads.rows)  # type: ignore[attr-defined]
        names = ("uploads", "uploaded.files", "uploaded.chunks")
        return sum([await self._database[name].count_documents({}) for name in names])

    async def grow_old(self, age: timedelta) -> None:
        at = datetime.now(UTC) - age
        if self._database is None:
            for row in self.uploads.rows.values():  # type: ignore[attr-defined]
                row.created_at = at
        else:
            await self._database["uploads"].update_many({}, {"$set": {"created_at": at}})


@pytest.fixture(params=["fake", "mongo"])
async def world(request: pytest.FixtureRequest) -> World:
    if request.param == "fake":
        return World(FakeUploads(LIMIT, {"exe"}), None)
    database = request.getfixturevalue("database")
    uploads = Uploads(database, LIMIT, {"exe"})
    await uploads.create_indexes()
    return World(uploads, database)


async def chunks(content: bytes, size: int = 70_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def broken(content: bytes) -> AsyncIterator[bytes]:
    async for chunk in chunks(content):
        yield chunk
    raise refuse(reasons.files.UPLOAD_ENDED_EARLY)


async def read(uploads: Uploads, file_id: str) -> bytes | None:
    found = await uploads.read(file_id)
    return None if found is None else b"".join([chunk async for chunk in found])


async def refused(work: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        await work
    return caught.value.code


@pytest.mark.parametrize("content", [b"x", b"hello\n" * 1000, LARGE])
async def test_what_was_sent_is_what_is_read(world: World, content: bytes) -> None:
    kept = await world.uploads.store("f1", "maria", "a.bin", chunks(content))
    assert (kept.id, kept.name, kept.size) == ("f1", "a.bin", len(content))
    assert await read(world.uploads, "f1") == content
    assert await world.uploads.find("f1", "maria") == kept
    assert await world.uploads.find("f1", "tom") is None
    assert await read(world.uploads, "f2") is None


async def test_the_same_upload_again_answers_the_first(world: World) -> None:
    first = await world.uploads.store("f1", "maria", "a.txt", chunks(LARGE))
    before = await world.stored()
    assert await world.uploads.store("f1", "maria", "a.txt", chunks(LARGE)) == first
    assert await refused(world.uploads.store("f1", "maria", "a.txt", chunks(b"other"))) == "key_reused"
    assert await world.stored() == before


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("a.txt", lambda: chunks(LARGE + b"x"), "too_large"),
        ("a.txt", lambda: chunks(b""), "invalid"),
        ("a.exe", lambda: chunks(LARGE), "unsupported_media_type"),
        ("a.txt", lambda: broken(LARGE), "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_of_what_is_refused_or_breaks_off_nothing_stays(
    world: World, name: str, sent: Callable[[], AsyncIterator[bytes]], code: str
) -> None:
    assert await refused(world.uploads.store("f1", "maria", name, sent())) == code
    assert await world.stored() == 0


async def test_an_upload_is_named_by_its_owner_within_a_day(world: World) -> None:
    kept = await world.uploads.store("f1", "maria", "a.txt", chunks(b"x"))
    assert await world.uploads.resolve("maria", ["f1", "f1"], "/attachments") == [kept]
    for who, ids in (("tom", ["f1"]), ("maria", ["f1", "f2"])):
        with pytest.raises(ServiceError) as caught:
            await world.uploads.resolve(who, ids, "/attachments")
        assert caught.value.detail["errors"][-1]["pointer"] == f"/attachments/{len(ids) - 1}"
    await world.grow_old(FRESH)
    assert await refused(world.uploads.resolve("maria", ["f1"], "/attachments")) == "invalid"
    await world.uploads.mark_used(["f1"])
    assert await world.uploads.resolve("maria", ["f1"], "/attachments") == [kept]


async def test_who_uploads_and_never_sends_is_stopped(world: World) -> None:
    for index in range(MAX_WAITING):
        await world.uploads.store(f"f{index}", "maria", "a.txt", chunks(b"x"))
    assert await refused(world.uploads.store("more", "maria", "a.txt", chunks(b"x"))) == "throttled"
    await world.uploads.mark_used(["f0"])
    await world.uploads.store("more", "maria", "a.txt", chunks(b"x"))


class Tickets(TicketsClient):
    """Knows which files messages name."""

    def __init__(self, *named: str) -> None:
        self._named = set(named)

    async def attached(self, context: Any, ids: list[str]) -> list[str]:
        return [file_id for file_id in ids if file_id in self._named]


async def test_what_no_message_names_is_thrown_away_after_a_day(world: World) -> None:
    for name in ("lost-mark", "marked", "unused"):
        await world.uploads.store(name, "maria", "a.txt", chunks(LARGE))
    await world.uploads.mark_used(["marked"])
    files = Files(world.uploads, Tickets("lost-mark", "marked"), 600)
    await world.grow_old(SAFE - timedelta(minutes=1))
    assert await files.sweep() == 0
    await world.grow_old(SAFE)
    assert await files.sweep() == 1
    assert await read(world.uploads, "unused") is None
    # The gateway died after the ticket took it and before it marked it: the tickets know better.
    assert await read(world.uploads, "lost-mark") == LARGE
    assert await world.uploads.list_abandoned(10) == []


async def test_nothing_is_thrown_away_while_the_tickets_cannot_be_asked(world: World) -> None:
    class Down(Tickets):
        async def attached(self, context: Any, ids: list[str]) -> list[str]:
            raise refuse(reasons.bus.SERVICE_NOT_RUNNING, service="tickets")

    await world.uploads.store("f1", "maria", "a.txt", chunks(b"x"))
    await world.grow_old(SAFE)
    assert await refused(Files(world.uploads, Down(), 600).sweep()) == "unavailable"
    assert await read(world.uploads, "f1") == b"x"


async def test_a_gateway_killed_half_way_leaves_nothing_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(Uploads(database, LIMIT, {"exe"}), database)

    async def killed(*_: object) -> None: ...

    with monkeypatch.context() as patch:
        patch.setattr(world.uploads, "_remove", killed)
        assert await refused(world.uploads.store("f1", "maria", "a.txt", broken(LARGE))) == "malformed"
    row = await database["uploads"].find_one({"_id": "f1"})
    assert row is not None
    await database["uploaded.chunks"].insert_one({"files_id": row["grid"], "n": 0, "data": LARGE[:1000]})
    assert await read(world.uploads, "f1") is None
    assert await refused(world.uploads.resolve("maria", ["f1"], "/attachments")) == "invalid"
    await world.grow_old(SAFE)
    assert await Files(world.uploads, Tickets(), 600).sweep() == 1
    assert await world.stored() == 0


async def test_a_repeat_while_the_first_still_runs_wins(database: Database) -> None:
    uploads = Uploads(database, LIMIT, {"exe"})
    half, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield LARGE[:300_000]
        half.set()
        await go_on.wait()
        yield LARGE[300_000:]

    first = asyncio.create_task(refused(uploads.store("f1", "maria", "a.txt", slow())))
    await half.wait()
    kept = await uploads.store("f1", "maria", "a.txt", chunks(LARGE))
    go_on.set()
    assert await first == "conflict"
    assert await uploads.find("f1", "maria") == kept
    assert await read(uploads, "f1") == LARGE
    assert await database["uploaded.files"].count_documents({}) == 1
