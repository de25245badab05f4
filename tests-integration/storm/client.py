"""A client of the API that repeats its writes by key, as docs/api.md advises, through both gateways in turn."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from storm.ledger import Ledger, Operation

REPEATED = {0, 429, 502, 503, 504}
# By docs/api.md, nothing was done after an answer with one of these codes.
NOTHING_DONE = {"unavailable", "throttled"}
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0
PATIENCE_SECONDS = 120.0
# Some callers never repeat what was refused. So the storm sees whether it was done nevertheless.
IMPATIENT = 0.1
TIMEOUT = 20.0


@dataclass(frozen=True)
class Answer:
    """`status` is 0 if there was no answer."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    retry_after: float = 0.0

    def __str__(self) -> str:
        return f"{self.status or 'no connection'} {self.code}".strip()

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))

    @property
    def in_doubt(self) -> bool:
        return self.status in REPEATED and self.code not in NOTHING_DONE


class Client:
    def __init__(self, key: str, urls: Sequence[str], chance: Random, ledger: Ledger) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._doors = [httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=TIMEOUT) for url in urls]
        self._chance, self._ledger = chance, ledger

    def close(self) -> None:
        for door in self._doors:
            door.close()

    def read(self, path: str, **params: Any) -> Answer:
        answer = self._ask(self._chance.choice(self._doors), "GET", path, params=params or None)
        self._ledger.reads[answer.status] += 1
        return answer

    def write(self, operation: Operation, method: str, path: str, **request: Any) -> Answer:
        """Sends the request until it is acknowledged, refused, or given up, and says so in the operation."""
        began, door, doubt = time.monotonic(), self._chance.randrange(2), False
        patience = 0.0 if self._chance.random() < IMPATIENT else PATIENCE_SECONDS
        for pause in self._pauses():
            operation.attempts += 1
            answer = self._ask(self._doors[(door + operation.attempts) % 2], method, path, **request)
            operation.statuses.append(str(answer))
            doubt = doubt or answer.in_doubt
            if answer.status not in REPEATED or time.monotonic() - began > patience:
                break
            time.sleep(max(pause, min(answer.retry_after, LONGEST_PAUSE)))
        operation.seconds = time.monotonic() - began
        # What is refused after an attempt in doubt may have been done by that one, or still be under way.
        operation.outcome = "acknowledged" if answer.ok else "unknown" if doubt else "refused"
        operation.answer = answer.body
        return answer

    def _pauses(self) -> Iterator[float]:
        pause = FIRST_PAUSE
        while True:
            yield pause * self._chance.uniform(0.75, 1.25)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _ask(self, door: httpx.Client, method: str, path: str, **request: Any) -> Answer:
        try:
            answer = door.request(method, path, **request)
        except httpx.ConnectError:
            # Nothing was sent.
            return Answer(0, {"code": "unavailable"})
        except httpx.TransportError as error:
            return Answer(0, {"code": type(error).__name__})
        retry_after = answer.headers.get("retry-after", "")
        return Answer(answer.status_code, _json(answer), float(retry_after) if retry_after.isdigit() else 0.0)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
