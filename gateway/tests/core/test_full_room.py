"""Files that find no room in the temporary folder, over real sockets."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gateway.judge import process
from gateway.kit import limits
from gateway.kit.limits import Body
from gateway.kit.room import Room

from ..files.made import letter
from ..files.processes import HANGS, judges, spools
from ..files.test_room import full
from .gateways import World, world
from .serving import serving
from .test_leaving import asking, send
from .waiting import until

LETTER = letter({"word/media/image1.png": os.urandom(1_900_000)})
TINY: Mapping[str, Any] = {
    "file_max_bytes": 2_000_000,
    "temporary_bytes_per_person": 4_000_000,
    "temporary_bytes": 12_000_000,
}


@asynccontextmanager
async def served() -> AsyncIterator[tuple[World, int, Room]]:
    async with world(**TINY) as gateway, serving(gateway.app) as port:
        yield gateway, port, gateway.app.state.parts.files.uploads.room


def form(content: bytes) -> tuple[bytes, dict[str, str]]:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
    return head + content + b"\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}


def is_refused(answer: httpx.Response) -> bool:
    problem = answer.json()
    found = (answer.status_code, problem["code"], problem["reason"], answer.headers.get("retry-after"))
    return found == (503, "unavailable", "too_many_files", "10")


async def test_a_person_fills_only_their_share_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORKER", HANGS)
    before = spools()
    async with served() as (gateway, port, room):
        left = [await send(port, "rita", content=LETTER) for _ in range(6)]
        await until(lambda: room.taken == 2 * len(LETTER) and spools() == before + 2)
        assert is_refused(await gateway.ask("POST", "/api/v1/files?name=a.docx", "rita", content=LETTER))
        assert (await gateway.ask("POST", "/api/v1/files?name=a.txt", "rita", content=b"small")).status_code == 201
        left.append(await send(port, "anna", content=LETTER))
        await until(lambda: len(judges()) == 2)
        for writer in left:
            writer.close()
        await until(lambda: not room.taken and not judges() and spools() == before, 5)
        monkeypatch.undo()
        assert (await gateway.ask("POST", "/api/v1/files?name=a.docx", "rita", content=LETTER)).status_code == 201
        assert not room.taken


async def test_no_more_is_read_than_there_is_room_for() -> None:
    """The rest of the file never comes."""
    async with served() as (_, port, room):
        share = room.share("rita")
        share.take(4_000_000 - len(LETTER) // 2)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asking("rita", LETTER)[: -len(LETTER) // 3])
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 503")
        writer.close()
        share.give_back()
        assert not room.taken


async def test_the_files_of_a_form_take_room_until_its_request_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    before = spools()
    async with served() as (gateway, port, room):
        content, headers = form(LETTER)
        share = room.share("alf")
        share.take(4_000_000 - len(LETTER))
        # The form has room, and the file that is looked through has none.
        page = await gateway.ask("POST", "/new", "alf", content=content, headers=headers)
        assert page.status_code == 422
        assert "too many files to look through" in page.text
        share.take(1)
        assert (await gateway.ask("POST", "/new", "alf", content=content, headers=headers)).status_code == 503
        share.give_back()
        assert (room.taken, spools()) == (0, before)
        monkeypatch.setattr(process, "WORKER", HANGS)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /new HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer alf\r\n{lines}Content-Length: {len(content)}"
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}\r\n\r\n".encode() + content)
        await until(judges)
        assert (room.taken, spools()) == (2 * len(LETTER), before + 2)
        writer.close()
        await until(lambda: not room.taken and spools() == before, 5)


def sending_form(who: str) -> bytes:
    content, headers = form(LETTER)
    head = f"POST /new HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {who}\r\nContent-Length: {len(content)}"
    lines = "".join(f"\r\n{name}: {value}" for name, value in headers.items())
    return f"{head}{lines}\r\n\r\n".encode() + content


@pytest.mark.parametrize("request_", [asking("rita", LETTER), sending_form("alf")], ids=["upload", "form"])
async def test_a_sender_who_leaves_in_the_middle_gives_the_room_back(request_: bytes) -> None:
    before = spools()
    async with served() as (_, port, room):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_[:-500_000])
        await until(lambda: room.taken > 1_300_000)
        writer.close()
        await until(lambda: not room.taken and spools() == before, 5)


@pytest.mark.parametrize("request_", [asking("rita", LETTER), sending_form("alf")], ids=["upload", "form"])
async def test_a_sender_who_falls_silent_gives_the_room_back(monkeypatch: pytest.MonkeyPatch, request_: bytes) -> None:
    monkeypatch.setattr(limits, "Body", lambda unfinished, _: Body(unfinished, 1))
    before = spools()
    async with served() as (_, port, room):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_[:-500_000])
        await until(lambda: room.taken > 1_300_000)
        assert b"body_too_slow" in await asyncio.wait_for(reader.read(), 5)
        await until(lambda: not room.taken and spools() == before, 5)
        writer.close()


@pytest.mark.parametrize("path", ["/api/v1/files?name=a.docx", "/new"])
async def test_a_full_temporary_folder_is_no_error_of_ours(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    async with served() as (gateway, _, room):
        content, headers = form(LETTER) if path == "/new" else (LETTER, {})
        monkeypatch.setattr("tempfile.TemporaryFile", full)
        assert is_refused(await gateway.ask("POST", path, "alf", content=content, headers=headers))
        assert not room.taken
