"""Files are asked about at a virus scanner. Without its word that a file is clean, the file is refused."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError

from gateway.files.scanner import AT_ONCE, Scanner
from gateway.files.uploads import Chunks, Uploads
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError

from .clamd import EICAR, Behaviour, Clamd
from .fakes import FakeUploads
from .test_uploads import LARGE, LIMIT, World, chunks, database

__all__ = ["database"]


async def verdict(scanner: Scanner, content: bytes) -> str:
    """Returns "clean", or the name of the reason with which the file was refused."""
    try:
        await scanner.check("a.bin", chunks(content))
    except ServiceError as error:
        return error.reason
    return "clean"


async def slowly(content: bytes) -> Chunks:
    yield content
    await asyncio.sleep(0.1)
    yield content


@pytest.fixture(params=["tcp", "unix"])
async def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Clamd, str]]:
    server = Clamd()
    async with server.over_tcp() if request.param == "tcp" else server.over_unix(tmp_path) as address:
        yield server, address


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("trackline_gateway_file_scans_total", {"outcome": outcome}) or 0.0


@pytest.mark.parametrize("content", [b"x", b"hello\n" * 50_000, LARGE], ids=["1", "300 kB", "600 kB"])
async def test_the_scanner_reads_the_whole_file(clamd: tuple[Clamd, str], content: bytes) -> None:
    server, address = clamd
    before = counted("clean")
    assert await verdict(Scanner(address, 5), content) == "clean"
    assert server.read == content
    assert counted("clean") == before + 1


@pytest.mark.parametrize("content", [EICAR, b"a" * 69_990 + EICAR, EICAR + LARGE], ids=["alone", "two parts", "before"])
async def test_malware_is_refused(clamd: tuple[Clamd, str], content: bytes) -> None:
    before = counted("infected")
    assert await verdict(Scanner(clamd[1], 5), content) == "file_is_infected"
    assert counted("infected") == before + 1


@pytest.mark.parametrize("limit", [10, 69_999, 599_999])
async def test_a_file_that_the_scanner_does_not_take_is_refused(clamd: tuple[Clamd, str], limit: int) -> None:
    server, address = clamd
    server.limit = limit
    assert await verdict(Scanner(address, 5), LARGE) == "file_too_large_to_scan"


@pytest.mark.parametrize("behaviour", ["silent", "gone", "broken", "error", "endless", "cut"])
@pytest.mark.parametrize("content", [b"x" * 20, LARGE * 5], ids=["small", "large"])
async def test_without_a_verdict_the_file_is_refused(
    clamd: tuple[Clamd, str], behaviour: Behaviour, content: bytes
) -> None:
    server, address = clamd
    server.behaviour, server.limit = behaviour, 10_000_000
    before, started = counted("failed"), time.monotonic()
    assert await verdict(Scanner(address, 0.5), content) == "scanner_down"
    assert time.monotonic() - started < 20
    assert counted("failed") == before + 1


async def test_a_verdict_on_the_beginning_of_a_file_does_not_count(clamd: tuple[Clamd, str]) -> None:
    server, address = clamd
    server.behaviour = "early"
    for content in (slowly(b"x" * 20), chunks(LARGE * 20)):
        with pytest.raises(ServiceError, match="does not answer"):
            await Scanner(address, 5).check("a.bin", content)


async def test_a_scanner_that_is_not_there_refuses(tmp_path: Path) -> None:
    async with Clamd().over_tcp() as address:
        pass
    assert await verdict(Scanner(address, 5), b"x") == "scanner_down"
    assert await verdict(Scanner(f"unix://{tmp_path}/nothing.sock", 5), b"x") == "scanner_down"


async def test_many_files_wait_for_one_another() -> None:
    server = Clamd()
    async with server.over_tcp() as address:
        scanner = Scanner(address, 10)
        assert set(await asyncio.gather(*(verdict(scanner, LARGE) for _ in range(3 * AT_ONCE)))) == {"clean"}
    assert server.most_at_once <= AT_ONCE


async def test_whoever_waits_too_long_for_others_is_refused() -> None:
    async with Clamd("silent").over_tcp() as address:
        scanner, started = Scanner(address, 0.3), time.monotonic()
        assert set(await asyncio.gather(*(verdict(scanner, b"x") for _ in range(3 * AT_ONCE)))) == {"scanner_down"}
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("store", ["fake", "mongo"])
async def test_nobody_can_name_a_file_before_its_verdict(request: pytest.FixtureRequest, store: str) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def check(name: str, content: Chunks) -> None:
        assert b"".join([chunk async for chunk in content]) == LARGE
        asked.set()
        await go_on.wait()

    database = request.getfixturevalue("database") if store == "mongo" else None
    uploads = Uploads(database, LIMIT, {"exe"}, check) if database is not None else FakeUploads(LIMIT, {"exe"}, check)
    storing = asyncio.create_task(uploads.store("f1", "maria", "a.bin", chunks(LARGE)))
    await asked.wait()
    assert await uploads.find("f1", "maria") is None
    assert await uploads.read("f1") is None
    go_on.set()
    stored = await storing
    assert await uploads.find("f1", "maria") == stored


@pytest.mark.parametrize("store", ["fake", "mongo"])
async def test_nothing_stays_of_an_infected_file(request: pytest.FixtureRequest, store: str) -> None:
    database = request.getfixturevalue("database") if store == "mongo" else None
    async with Clamd().over_tcp() as address:
        check = Scanner(address, 5).check
        uploads = (
            Uploads(database, LIMIT, {"exe"}, check) if database is not None else FakeUploads(LIMIT, {"exe"}, check)
        )
        with pytest.raises(ServiceError, match="malware"):
            await uploads.store("f1", "maria", "a.bin", chunks(EICAR))
        assert await World(uploads, database).count_stored() == 0
        # The same key may then be used for the file without the malware.
        assert (await uploads.store("f1", "maria", "a.bin", chunks(b"clean"))).size == 5


@pytest.mark.parametrize("address", ["clamd:3310", "tcp://clamd", "tcp://:3310", "http://clamd:3310", "unix://", "off"])
def test_an_address_that_cannot_work_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValidationError, match="unix:///path"):
        Settings(secret="s" * 32, file_scanner=address)


@pytest.mark.parametrize("address", ["tcp://clamd:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_of_a_scanner(address: str) -> None:
    assert Settings(secret="s" * 32, file_scanner=address).file_scanner == address
    assert Settings(secret="s" * 32).file_scanner is None
