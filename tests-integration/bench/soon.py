"""Measures how soon a write is seen in somebody else's live stream and in the search, at a steady rate."""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from uuid import uuid4

from harness.api import Api
from harness.live import Listener

from trackline_local.system import System

RATE, SECONDS = 30, 40
SEARCHES_EACH = 15
LOOK_EACH = 0.05


def report(system: System, admin: Api, agent: Api) -> None:
    """Writes 30 tickets per second and searches for every fifteenth until it is found."""
    committed: dict[str, float] = {}
    found: list[float] = []
    over = Event()
    with Listener(agent) as listener, ThreadPoolExecutor(4) as writers, ThreadPoolExecutor(8) as searchers:
        began = time.monotonic()
        for number in range(RATE * SECONDS):
            over.wait(max(0.0, began + number / RATE - time.monotonic()))
            writers.submit(_write, admin, agent, number, committed, found, searchers)
        writers.shutdown(wait=True)
        searchers.shutdown(wait=True)
        over.wait(1)
        frames = {frame.data["id"]: frame.at for frame in listener.named("ticket")}
    _say("commit → stream", [frames[id_] - at for id_, at in committed.items() if id_ in frames])
    _say("commit → searchable", found)
    sys.stdout.write(f"not streamed within a second: {len(committed.keys() - frames.keys())} of {len(committed)}\n")


def _write(
    admin: Api, agent: Api, number: int, committed: dict[str, float], found: list[float], searchers: ThreadPoolExecutor
) -> None:
    word = f"quux{uuid4().hex[:10]}"
    ticket = admin.new_ticket(f"Printer {word}")
    committed[ticket["id"]] = at = time.monotonic()
    if number % SEARCHES_EACH == 0:
        searchers.submit(_search, agent, word, at, found)


def _search(agent: Api, word: str, at: float, found: list[float]) -> None:
    for attempt in count():
        if agent.get("/search", q=word)["data"]:
            found.append(time.monotonic() - at)
            return
        assert attempt < 1000, f"{word} was not found"
        time.sleep(LOOK_EACH)


def _say(name: str, seconds: list[float]) -> None:
    p50, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100, method="inclusive")[98]
    sys.stdout.write(f"\n{name}: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms of {len(seconds)}\n")
