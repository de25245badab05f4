"""Conversations whose page costs much more than their texts, written by somebody who may open tickets."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness.api import Api
from harness.pages import Pages

from attack.target import Figure, Target

READERS, LEAVERS, LOADS = 8, 15, 4
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Kind:
    """What fills a conversation, and what a page of it cost before: the memory of eight readers and of 15 who leave at
    once, the longest silence, the last of four loads, and the size."""

    name: str
    format: str
    texts: Sequence[str]
    megabytes: float
    left: float
    silence: float
    seconds: float
    size: float


KINDS = (
    Kind(
        "120 comments of 900 links to one address",
        "markdown",
        [f"[a]: http://e.x/{'A' * 2000}{number}\n\n" + "[a] " * 900 for number in range(120)],
        *(2490, 1120, 5.07, 4.92, 222),
    ),
    Kind(
        "400 plain comments of 40 kB",
        "plain",
        [f"{number} {'http://a.bc/d <&> ' * 2200}"[:39_990] for number in range(400)],
        *(441, 297, 5.37, 1.3, 37.5),
    ),
    Kind(
        "45 comments of a wide table",
        "markdown",
        [f"{number}\n\n|{'a|' * 300}\n|{'-|' * 300}\n" + "|a\n" * 200 for number in range(45)],
        *(77, 55, 0.032, 5.5, 9.8),
    ),
)


def attack(target: Target) -> Iterator[Figure]:
    agent = target.admin.new_person("Agent Smith", {target.admin.team("Service Desk"): "reply"})
    for kind in KINDS:
        writer = target.admin.new_person("Writer Jones")
        number = _write(writer, kind)
        yield from _read(target, writer, number, kind)
        yield from _leave(target, writer, number, kind)
        yield from _open(target, agent, number, kind)


def _write(writer: Api, kind: Kind) -> str:
    number: str = writer.new_ticket(kind.name)["number"]
    for text in kind.texts:
        writer.post(f"/tickets/{number}/comments", {"text": text, "format": kind.format})
    return number


def _read(target: Target, writer: Api, number: str, kind: Kind) -> Iterator[Figure]:
    pages = Pages(target.url, writer)
    with target.watch() as alive, target.watch_growth() as memory, ThreadPoolExecutor(READERS) as pool:
        assert {answer.status_code for answer in pool.map(pages.get, [f"/t/{number}"] * READERS)} == {200}
    pages.close()
    yield Figure(f"H1: memory that 8 readers of {kind.name} take", "MB", kind.megabytes, memory.most, 150)
    yield Figure("H1: longest wait for /livez meanwhile", "s", kind.silence, max(alive.seconds), 0.5)
    yield Figure("H1: p99 of /livez meanwhile", "s", None, alive.percentile(0.99), 0.5)


def _leave(target: Target, writer: Api, number: str, kind: Kind) -> Iterator[Figure]:
    pages = Pages(target.url, writer)
    head = f"GET /t/{number} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nCookie: {pages.cookies}\r\n\r\n"
    with target.watch() as alive, target.watch_growth() as memory:
        for _ in range(LEAVERS):
            with target.connect() as connection:
                connection.sendall(head.encode())
                time.sleep(0.02)
        time.sleep(5)
    pages.close()
    yield Figure("H1: memory that 15 readers take who leave at once", "MB", kind.left, memory.most, 150)
    yield Figure("H1: longest wait for /livez meanwhile", "s", None, max(alive.seconds), 0.5)


def _open(target: Target, agent: Api, number: str, kind: Kind) -> Iterator[Figure]:
    pages = Pages(target.url, agent)
    seconds, size = 0.0, 0
    for _ in range(LOADS):
        began = time.monotonic()
        size = len(pages.get(f"/t/{number}").content)
        seconds = time.monotonic() - began
    pages.close()
    yield Figure("M2: an agent's page of it, opened for the fourth time", "s", kind.seconds, seconds, 1)
    yield Figure("M2: its size", "MB", kind.size, size / MEGABYTE, 1.5)
