"""Creates and comments tickets while every process is killed at random moments, and records what was acknowledged."""

import itertools
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from harness.api import Api
from trackline_local.packages import IMAGES
from trackline_local.system import System

VICTIMS = tuple(IMAGES)
CLIENTS = 6
# The status codes after which a client repeats a request.
REPEATABLE = {429, 502, 503, 504}


@dataclass
class Acknowledged:
    """`tickets` is number → id, `comments` is text → number."""

    tickets: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    kills: list[str] = field(default_factory=list)


def run(system: System, requesters: Sequence[Api], agent: Api, tickets: int, seed: int) -> Acknowledged:
    """Creates at least so many tickets, and more until each process was killed in between. Each ticket gets a public
    reply of the agent, an internal note and an answer of its requester."""
    done = Acknowledged()
    numbers = itertools.count()

    def client() -> None:
        while (number := next(numbers)) < tickets or set(done.kills) != set(VICTIMS):
            _one(requesters[number % len(requesters)], agent, number, done)

    with ThreadPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(client) for _ in range(CLIENTS)]
        # The restarts must happen in this thread: a child gets SIGTERM when the thread that started it ends.
        _kill(system, random.Random(seed), lambda: all(one.done() for one in work), done.kills)
        for one in work:
            one.result()
    system.wait_ready(120)
    return done


def _one(requester: Api, agent: Api, number: int, done: Acknowledged) -> None:
    ticket = {"title": f"Storm ticket {number}", "description": f"Opened in the storm as number {number}."}
    made = _persist(requester, "/tickets", ticket, f"storm-{number}", done)
    done.tickets[made["number"]] = made["id"]
    path = f"/tickets/{made['number']}/comments"
    for author, text, visibility in (
        (agent, "We are looking at it.", "public"),
        (agent, "Probably the cable.", "internal"),
        (requester, "Thank you.", "public"),
    ):
        body = {"text": f"{text} ({number})", "visibility": visibility}
        _persist(author, path, body, f"storm-{number}-{text}", done)
        done.comments[body["text"]] = made["number"]


def _persist(api: Api, path: str, body: Mapping[str, Any], key: str, done: Acknowledged) -> Any:
    """Repeats the request with the same key until it is acknowledged, as docs/api.md advises clients."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            answer = api.http.post(path, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code not in REPEATABLE:
            assert answer.is_success, f"{path} → {answer.status_code}: {answer.text}"
            return answer.json()
        done.repeats += 1
        time.sleep(0.2)
    raise AssertionError(f"{path} was not acknowledged within two minutes")


def _kill(system: System, chance: random.Random, ended: Callable[[], bool], kills: list[str]) -> None:
    """Kills and restarts the processes one after the other, in random order and at random moments, until `ended`."""
    waiting: list[str] = []
    while not ended():
        time.sleep(chance.uniform(0.2, 1.5))
        waiting = waiting or chance.sample(VICTIMS, len(VICTIMS))
        name = waiting.pop()
        system.kill(name)
        kills.append(name)
        system.programs[name].start()
        system.programs[name].wait_ready(60)
