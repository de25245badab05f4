"""Clients who close their connection while their file waits or is judged, over real sockets."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.judge import process
from gateway.kit import queue

from ..files.made import letter
from ..files.processes import HANGS, judges, spools
from .gateways import World, world
from .serving import FIRST, exchange, serving
from .waiting import until

LETTER = letter({"word/media/image1.png": os.urandom(2_000_000)})


@asynccontextmanager
async def served() -> AsyncIterator[tuple[World, int]]:
    async with world() as gateway, serving(gateway.app) as port:
        yield gateway, port


def asking(who: str, content: bytes = LETTER) -> bytes:
    return (
        f"POST /api/v1/files?name=a.docx HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {who}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode() + content


async def send(port: int, who: str, more: bytes = b"", content: bytes = LETTER) -> asyncio.StreamWriter:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asking(who, content) + more)
    await writer.drain()
    return writer


@pytest.mark.parametrize(
    "more", [b"", FIRST, FIRST * 9 + asking("alf", LETTER[:100_000])], ids=["", "another", "a large one"]
)
async def test_a_judge_ends_when_the_client_goes(monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    monkeypatch.setattr(process, "WORKER", HANGS)
    before = spools()
    async with served() as (_, port):
        writer = await send(port, "rita", more)
        await until(judges)
        assert spools() == before + 1
        writer.close()
        await until(lambda: not judges() and spools() == before, 5)


async def test_no_judge_begins_for_those_who_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = spools()
    async with served() as (_, port):
        monkeypatch.setattr(process, "WORKER", HANGS)
        left = [await send(port, who) for who in ("rita", "anna") for _ in range(5)]
        await until(lambda: spools() == before + len(left))
        assert len(judges()) == 2
        monkeypatch.undo()
        for writer in left:
            writer.close()
        closing = asking("alf").replace(b"Host: a", b"Host: a\r\nConnection: close")
        assert (await exchange(port, closing)).startswith(b"HTTP/1.1 201")
        await until(lambda: not judges() and spools() == before, 1)


async def test_whoever_goes_leaves_no_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORKER", HANGS)
    async with served() as (gateway, port):
        uploads = gateway.app.state.parts.files.uploads
        writer = await send(port, "rita")
        await until(judges)
        assert len(uploads.rows) == 1
        writer.close()
        await until(lambda: not uploads.rows, 5)


async def test_a_full_queue_says_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORKER", HANGS)
    monkeypatch.setattr(queue, "WAIT_SECONDS", 0.3)
    async with served() as (gateway, port):
        first = await send(port, "rita")
        await until(judges)
        answer = await gateway.ask("POST", "/api/v1/files?name=a.docx", "rita", content=LETTER)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "10")
        first.close()
        await until(lambda: not judges(), 5)
