"""Uploads, in memory and in MongoDB: they are stored whole or not at all, and stay while a message names them."""

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
from gateway.files import uploads as stored
from gateway.files.allowance import HOUR, UNLIMITED, Allowance
from gateway.files.uploads import ASK_AGAIN, FRESH, MAX_WAITING, RELEASED, SAFE, Uploads
from gateway.kit.mongo import Database, connect, disconnect
from trackline_schemas.errors import ServiceError, reasons, refuse

from . import fakes
from .fakes import FakeUploads

LIMIT = 600_000
# This takes several chunks in GridFS.
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
    """The uploads under test, and the database that holds them, if there is one."""

    def __init__(self, uploads: Any, database: Database | None) -> None:
        self.uploads: Uploads = uploads
        self._database = database

    async def count_stored(self) -> int:
        """Counts all rows, files and chunks."""
        if self._database is None:
            return len(self.uploads.rows)  # type: ignore[attr-defined]
        names = ("uploads", "uploaded.files", "uploaded.chunks")
        return sum([await self._database[name].count_documents({}) for name in names])

    async def set_age(self, age: timedelta) -> None:
        """Sets the age of all uploads."""
        await self._set("created_at", age)

    async def let_pass(self, age: timedelta) -> None:
        """Sets how long ago the tickets service was asked, and files were released."""
        await self._set("asked_at", age)
        await self._set("released_at", age)

    async def _set(self, name: str, age: timedelta) -> None:
        # MongoDB keeps milliseconds, and a sweep within the same one would not find the upload older than this.
        at = datetime.now(UTC) - age - timedelta(milliseconds=1)
        if self._database is None:
            for row in self.uploads.rows.values():  # type: ignore[attr-defined]
                if getattr(row, name):
                    setattr(row, name, at)
        else:
            await self._database["uploads"].update_many({name: {"$exists": True}}, {"$set": {name: at}})


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


async def break_off(content: bytes) -> AsyncIterator[bytes]:
    """Yields the content and then fails, as when the client disconnects."""
    async for chunk in chunks(content):
        yield chunk
    raise refuse(reasons.files.UPLOAD_ENDED_EARLY)


async def read(uploads: Uploads, file_id: str) -> bytes | None:
    found = await uploads.read(file_id)
    return None if found is None else b"".join([chunk async for chunk in found])


async def reason_of_refusal(work: Any) -> tuple[str, Any]:
    with pytest.raises(ServiceError) as caught:
        await work
    return caught.value.reason, caught.value.detail.get("retry_after")


async def code_of_refusal(work: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        await work
    return caught.value.code


@pytest.mark.parametrize("content", [b"x", b"hello\n" * 1000, LARGE])
async def test_a_file_is_read_as_it_was_sent(world: World, content: bytes) -> None:
    kept = await world.uploads.store("f1", "maria", "a.bin", chunks(content))
    assert (kept.id, kept.name, kept.size) == ("f1", "a.bin", len(content))
    assert await read(world.uploads, "f1") == content
    assert await world.uploads.find("f1", "maria") == kept
    assert await world.uploads.find("f1", "tom") is None
    assert await read(world.uploads, "f2") is None


async def test_markup_is_found_under_the_name_of_a_text(world: World) -> None:
    page = b"<html><script>alert(1)</script></html>"
    kept = await world.uploads.store("f1", "maria", "a.html", chunks(page))
    assert (kept.name, kept.type, kept.size) == ("a.html.txt", "text/plain", len(page))
    assert await world.uploads.store("f1", "maria", "a.html", chunks(page)) == kept
    assert await world.uploads.resolve("maria", ["f1"], "/x") == [await world.uploads.find("f1", "maria")] == [kept]
    assert await read(world.uploads, "f1") == page


async def test_a_text_of_our_own_is_not_judged(world: World) -> None:
    script = b"#!/bin/sh\nid"
    code = await code_of_refusal(world.uploads.store("f1", "maria", "m.txt", chunks(script)))
    assert code == "unsupported_media_type"
    kept = await world.uploads.store("f1", "maria", "m.txt", chunks(script), is_own_text=True)
    assert (kept.name, kept.type) == ("m.txt", "text/plain")
    assert await code_of_refusal(world.uploads.store("f2", "maria", "m", chunks(LARGE + b"x"), is_own_text=True)) == (
        "too_large"
    )


async def test_a_repeated_upload_returns_the_first_one(world: World) -> None:
    first = await world.uploads.store("f1", "maria", "a.txt", chunks(LARGE))
    before = await world.count_stored()
    assert await world.uploads.store("f1", "maria", "a.txt", chunks(LARGE)) == first
    assert await code_of_refusal(world.uploads.store("f1", "maria", "a.txt", chunks(b"other"))) == "key_reused"
    assert await world.count_stored() == before


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("a.txt", lambda: chunks(LARGE + b"x"), "too_large"),
        ("a.txt", lambda: chunks(b""), "invalid"),
        ("a.exe", lambda: chunks(LARGE), "unsupported_media_type"),
        ("a.txt", lambda: break_off(LARGE), "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nothing_stays_of_an_upload_that_is_refused_or_breaks_off(
    world: World, name: str, sent: Callable[[], AsyncIterator[bytes]], code: str
) -> None:
    assert await code_of_refusal(world.uploads.store("f1", "maria", name, sent())) == code
    assert await world.count_stored() == 0


async def test_only_the_owner_can_name_an_upload_and_only_within_a_day(world: World) -> None:
    kept = await world.uploads.store("f1", "maria", "a.txt", chunks(b"x"))
    assert await world.uploads.resolve("maria", ["f1", "f1"], "/attachments") == [kept]
    for who, ids in (("tom", ["f1"]), ("maria", ["f1", "f2"])):
        with pytest.raises(ServiceError) as caught:
            await world.uploads.resolve(who, ids, "/attachments")
        assert caught.value.detail["errors"][-1]["pointer"] == f"/attachments/{len(ids) - 1}"
    await world.set_age(FRESH)
    assert await code_of_refusal(world.uploads.resolve("maria", ["f1"], "/attachments")) == "invalid"
    await world.uploads.mark_used(["f1"])
    assert await world.uploads.resolve("maria", ["f1"], "/attachments") == [kept]


async def test_the_number_of_unused_uploads_of_a_person_is_limited(world: World) -> None:
    for index in range(MAX_WAITING):
        await world.uploads.store(f"f{index}", "maria", "a.txt", chunks(b"x"))
    assert await code_of_refusal(world.uploads.store("more", "maria", "a.txt", chunks(b"x"))) == "throttled"
    await world.uploads.mark_used(["f0"])
    await world.uploads.store("more", "maria", "a.txt", chunks(b"x"))


async def test_unused_uploads_at_once_do_not_pass_their_number_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (stored, fakes):
        monkeypatch.setattr(module, "MAX_WAITING", 10)
    await world.uploads.store("before", "maria", "a.txt", chunks(b"x"))
    sent = [world.uploads.store(f"f{n}", "maria", "a.txt", chunks(b"x")) for n in range(20)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, ServiceError)]
    assert (len(refused), {one.reason for one in refused}) == (11, {"uploads_waiting"})
    kept = [one.id for one in answers if not isinstance(one, BaseException)]
    await world.uploads.mark_used(kept[:3])
    again = [world.uploads.store(f"g{n}", "maria", "a.txt", chunks(b"x")) for n in range(8)]
    answers = await asyncio.gather(*again, return_exceptions=True)
    assert sum(isinstance(one, ServiceError) for one in answers) == 5


async def test_uploads_of_the_release_before_have_no_slot_and_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MAX_WAITING", 4)
    world, rows = World(Uploads(database, LIMIT, set()), database), database["uploads"]
    await world.uploads.create_indexes()
    for name in ("f0", "f1", "f2"):
        await world.uploads.store(name, "maria", "a.txt", chunks(b"x"))
    await rows.update_one({"_id": "f0"}, {"$unset": {"slot": ""}})
    # A gateway of that release marks them as used.
    await rows.update_many({"_id": {"$in": ["f1", "f2"]}}, {"$set": {"used": True}})
    for name in ("g0", "g1", "g2"):
        await world.uploads.store(name, "maria", "a.txt", chunks(b"x"))
    assert await code_of_refusal(world.uploads.store("more", "maria", "a.txt", chunks(b"x"))) == "throttled"


async def test_the_uploads_of_an_hour_are_limited(world: World) -> None:
    two = Allowance(2, UNLIMITED.stored_bytes)
    for name in ("f0", "f1"):
        await world.uploads.store(name, "maria", "a.txt", chunks(b"x"), two)
    await world.set_age(timedelta(minutes=50))
    reason, wait = await reason_of_refusal(world.uploads.store("f2", "maria", "a.txt", chunks(b"x"), two))
    assert reason == "too_many_uploads"
    assert 590 <= wait <= 601
    assert await world.uploads.find("f2", "maria") is None
    await world.uploads.store("f2", "tom", "a.txt", chunks(b"x"), two)
    # A repeat stores nothing.
    await world.uploads.store("f1", "maria", "a.txt", chunks(b"x"), two)
    await world.set_age(HOUR)
    await world.uploads.store("f3", "maria", "a.txt", chunks(b"x"), two)


async def test_the_bytes_of_a_person_are_limited(world: World) -> None:
    room = Allowance(100, 2 * LIMIT)
    await world.uploads.store("f0", "maria", "a.bin", chunks(LARGE), room)
    await world.uploads.mark_used(["f0"])
    await world.uploads.store("f1", "maria", "a.bin", chunks(LARGE), room)
    before = await world.count_stored()
    assert (await reason_of_refusal(world.uploads.store("f2", "maria", "a.txt", chunks(b"x"), room)))[
        0
    ] == "storage_full"
    assert await world.count_stored() == before
    await world.uploads.store("f2", "tom", "a.bin", chunks(LARGE), room)
    await world.uploads.remove("f1")
    await world.uploads.store("f2b", "maria", "a.bin", chunks(LARGE), room)


async def test_uploads_at_once_do_not_pass_the_limit_together(database: Database) -> None:
    uploads = Uploads(database, LIMIT, {"exe"})
    room = Allowance(100, 2 * LIMIT)
    sent = [uploads.store(f"f{n}", "maria", "a.bin", chunks(LARGE), room) for n in range(6)]
    await asyncio.gather(*sent, return_exceptions=True)
    kept = [row async for row in database["uploads"].find({})]
    assert sum(row["size"] for row in kept) <= room.stored_bytes
    assert await database["uploaded.files"].count_documents({}) == len(kept)


class Tickets(TicketsClient):
    """Knows which files messages name."""

    def __init__(self, *named: str) -> None:
        self.named = set(named)

    async def attached(self, context: Any, ids: list[str]) -> list[str]:
        return [file_id for file_id in ids if file_id in self.named]


async def test_an_upload_that_no_message_names_is_removed_after_a_day(world: World) -> None:
    for name in ("lost-mark", "marked", "unused"):
        await world.uploads.store(name, "maria", "a.txt", chunks(LARGE))
    await world.uploads.mark_used(["marked"])
    files = Files(world.uploads, Tickets("lost-mark", "marked"), 600)
    await world.set_age(SAFE - timedelta(minutes=1))
    assert await files.sweep() == 0
    await world.set_age(SAFE)
    assert await files.sweep() == 1
    assert await read(world.uploads, "unused") is None
    # This one is as if the gateway had died between the ticket's update and the mark: the tickets service knows it.
    assert await read(world.uploads, "lost-mark") == LARGE
    assert await world.uploads.list_abandoned(10) == []


async def keep_used(world: World, *names: str) -> None:
    for name in names:
        await world.uploads.store(name, "maria", "a.txt", chunks(b"x"))
    await world.uploads.mark_used(names)
    await world.set_age(SAFE)


async def test_the_files_of_a_purged_ticket_are_removed(world: World) -> None:
    await keep_used(world, "purged", "kept")
    tickets = Tickets("purged", "kept")
    files = Files(world.uploads, tickets, 600)
    assert await files.sweep() == 0
    tickets.named = {"kept"}
    assert await files.sweep() == 0
    await world.let_pass(ASK_AGAIN)
    assert await files.sweep() == 0
    # Nothing can name it any more, and a message that named it before has time to reach the log.
    assert await code_of_refusal(world.uploads.resolve("maria", ["purged"], "/attachments")) == "invalid"
    await world.let_pass(RELEASED)
    assert await files.sweep() == 1
    assert (await read(world.uploads, "purged"), await read(world.uploads, "kept")) == (None, b"x")


async def test_a_file_that_was_named_again_before_its_release_stays(world: World) -> None:
    await keep_used(world, "again")
    tickets = Tickets()
    files = Files(world.uploads, tickets, 600)
    assert await files.sweep() == 0
    tickets.named = {"again"}
    await world.let_pass(RELEASED)
    assert await files.sweep() == 0
    assert await world.uploads.resolve("maria", ["again"], "/attachments")


async def test_released_files_do_not_hinder_new_uploads(world: World) -> None:
    await keep_used(world, *(f"f{number}" for number in range(MAX_WAITING)))
    assert await Files(world.uploads, Tickets(), 600).sweep() == 0
    assert await world.uploads.store("new", "maria", "a.txt", chunks(b"x"))


async def test_nothing_is_removed_while_the_tickets_service_is_down(world: World) -> None:
    class Down(Tickets):
        async def attached(self, context: Any, ids: list[str]) -> list[str]:
            raise refuse(reasons.bus.SERVICE_NOT_RUNNING, service="tickets")

    await world.uploads.store("f1", "maria", "a.txt", chunks(b"x"))
    await world.set_age(SAFE)
    assert await code_of_refusal(Files(world.uploads, Down(), 600).sweep()) == "unavailable"
    assert await read(world.uploads, "f1") == b"x"


async def test_the_sweep_removes_what_a_killed_gateway_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(Uploads(database, LIMIT, {"exe"}), database)

    async def do_nothing(*_: object) -> None: ...

    with monkeypatch.context() as patch:
        patch.setattr(world.uploads, "_remove", do_nothing)
        assert await code_of_refusal(world.uploads.store("f1", "maria", "a.txt", break_off(LARGE))) == "malformed"
    row = await database["uploads"].find_one({"_id": "f1"})
    assert row is not None
    await database["uploaded.chunks"].insert_one({"files_id": row["grid"], "n": 0, "data": LARGE[:1000]})
    assert await read(world.uploads, "f1") is None
    assert await code_of_refusal(world.uploads.resolve("maria", ["f1"], "/attachments")) == "invalid"
    await world.set_age(SAFE)
    assert await Files(world.uploads, Tickets(), 600).sweep() == 1
    assert await world.count_stored() == 0


async def test_a_repeat_wins_over_the_first_upload_that_is_still_running(database: Database) -> None:
    uploads = Uploads(database, LIMIT, {"exe"})
    half, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield LARGE[:300_000]
        half.set()
        await go_on.wait()
        yield LARGE[300_000:]

    first = asyncio.create_task(code_of_refusal(uploads.store("f1", "maria", "a.txt", slow())))
    await half.wait()
    kept = await uploads.store("f1", "maria", "a.txt", chunks(LARGE))
    go_on.set()
    assert await first == "conflict"
    assert await uploads.find("f1", "maria") == kept
    assert await read(uploads, "f1") == LARGE
    assert await database["uploaded.files"].count_documents({}) == 1


class Rows:
    """The rows of uploads. After the call that `left` counts down to, each waits until it is let go on."""

    def __init__(self, rows: Any, left: int) -> None:
        self._rows, self._left = rows, left
        self.waits = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._rows, name)

        async def call_and_wait(*arguments: Any, **options: Any) -> Any:
            answer = await call(*arguments, **options)
            self._left -= 1
            if self._left == 0:
                self.waits.set()
                await asyncio.Event().wait()
            return answer

        return call_and_wait if name in ("insert_one", "find_one_and_update") else call


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_an_answered_repeat_keeps_its_file_when_the_first_client_goes(database: Database, step: int) -> None:
    """The first one goes after this step of its upload."""
    first, second = (Uploads(database, LIMIT, {"exe"}) for _ in range(2))
    await first.create_indexes()
    rows = first._rows = Rows(first._rows, step)  # type: ignore[assignment]
    storing = asyncio.create_task(first.store("f1", "maria", "a.bin", chunks(LARGE)))
    await asyncio.wait_for(rows.waits.wait(), 10)
    kept = await second.store("f1", "maria", "a.bin", chunks(LARGE))
    storing.cancel()
    await asyncio.wait([storing])
    assert await second.find("f1", "maria") == kept
    assert await read(second, "f1") == LARGE
    assert await database["uploaded.files"].count_documents({}) == 1


async def test_an_answered_repeat_keeps_its_file_when_the_first_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is refused by its last look at what the person has stored."""
    uploads, answers = Uploads(database, LIMIT, {"exe"}), []
    looks = 0

    async def look_again(owner_id: str, allowance: Allowance) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            answers.append(await uploads.store("f1", "maria", "a.bin", chunks(LARGE)))
            raise refuse(reasons.files.STORAGE_FULL, megabytes=1)

    monkeypatch.setattr(uploads, "_check_allowance", look_again)
    assert await code_of_refusal(uploads.store("f1", "maria", "a.bin", chunks(LARGE))) == "too_large"
    assert [await uploads.find("f1", "maria")] == answers
    assert await read(uploads, "f1") == LARGE
