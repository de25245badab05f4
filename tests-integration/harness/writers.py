"""Clients that keep creating tickets, also during an outage, and record every answer."""

import itertools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from harness.api import Api, wait_for

PROBLEM = "application/problem+json"
REPEAT_SECONDS = 0.2


@dataclass(frozen=True)
class Answer:
    """`status` is 0 if the connection broke. `code` is the code of the problem, or "" for a success."""

    status: int
    code: str
    media_type: str
    seconds: float
    began: float


class Writers:
    """One thread per person. Each creates tickets and repeats a request with the same key until it is acknowledged, as
    docs/api.md advises clients. `acknowledged` is number → id."""

    def __init__(self, people: Sequence[Api], pause: float = 0.1) -> None:
        self._people = people
        self._pause = pause
        self._stop = Event()
        self._numbers = itertools.count()
        self._threads = [Thread(target=self._write, args=[api], daemon=True) for api in people]
        self._failures: list[BaseException] = []
        self.answers: list[Answer] = []
        self.acknowledged: dict[str, str] = {}

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        wait_for(lambda: self.acknowledged or self._failures)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        assert not self._failures, self._failures

    def statuses(self, since: float = 0, until: float = float("inf")) -> Counter[int]:
        return Counter(one.status for one in list(self.answers) if since <= one.began < until)

    def codes(self, since: float = 0, until: float = float("inf")) -> Counter[str]:
        return Counter(one.code for one in list(self.answers) if since <= one.began < until)

    def next_success(self, seconds: float = 60) -> None:
        """Returns when a ticket whose request began after now is acknowledged."""
        now = time.monotonic()
        wait_for(lambda: self._failures or self.statuses(since=now)[201], seconds)

    def _write(self, api: Api) -> None:
        try:
            while not self._stop.is_set():
                made = self._persist(api, next(self._numbers))
                self.acknowledged[made["number"]] = made["id"]
                self._stop.wait(self._pause)
        except BaseException as error:
            self._failures.append(error)

    def _persist(self, api: Api, number: int) -> Any:
        body = {"title": f"Weather {number}", "description": f"Opened whatever the weather, as number {number}."}
        key, end = uuid4().hex, time.monotonic() + 180
        while time.monotonic() < end:
            answer = self._attempt(api, body, key)
            if answer is not None and answer.status_code == 201:
                return answer.json()
            time.sleep(REPEAT_SECONDS)
        raise AssertionError(f"ticket {number} was never acknowledged")

    def _attempt(self, api: Api, body: dict[str, str], key: str) -> httpx.Response | None:
        began = time.monotonic()
        try:
            answer = api.http.post("/tickets", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            self.answers.append(Answer(0, "", "", time.monotonic() - began, began))
            return None
        media_type = answer.headers.get("content-type", "")
        code = answer.json()["code"] if media_type == PROBLEM else ""
        self.answers.append(Answer(answer.status_code, code, media_type, time.monotonic() - began, began))
        return answer
