"""The operations to measure, and the limits to compare them with."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from harness.api import Api

from bench import load
from bench.load import Request

NEWEST = "/api/v1/tickets?page%5Bsize%5D=25"


@dataclass(frozen=True)
class Operation:
    name: str
    request: Request
    expect: int


@dataclass(frozen=True)
class Comparison(Operation):
    """`limit` is the request to compare the operation with, and `beside` describes it."""

    limit: Request
    limit_expect: int
    beside: str


def operations(url: str, agent: Api, numbers: Sequence[str], words: Sequence[str] = ("printer",)) -> list[Operation]:
    """`numbers` are the tickets to read and to comment, `words` what to search for."""
    dice = random.Random(7)

    def random_ticket(path: str) -> Callable[[int], str]:
        return lambda _: path.format(dice.choice(numbers))

    def authorize(_: int) -> str:
        return f"Authorization: Bearer {agent.token}\r\n"

    def authorize_once(number: int) -> str:
        return f"{authorize(number)}Idempotency-Key: {uuid4().hex}\r\n"

    return [
        Operation("create", load.post(url, lambda _: "/api/v1/tickets", _ticket, authorize_once), 201),
        Operation(
            "comment", load.post(url, random_ticket("/api/v1/tickets/{}/comments"), _comment, authorize_once), 201
        ),
        Operation("get", load.get(url, random_ticket("/api/v1/tickets/{}"), authorize), 200),
        Operation("list", load.get(url, lambda _: NEWEST, authorize), 200),
        Operation("search", load.get(url, lambda _: f"/api/v1/search?q={dice.choice(words)}", authorize), 200),
    ]


def beside_limits(url: str, bare: str, agent: Api, numbers: Sequence[str]) -> list[Comparison]:
    """Returns all operations except search, whose limit bench.search measures."""
    dice = random.Random(7)
    insert = load.post(bare, lambda _: "/tickets", _ticket, lambda _: "")
    find = load.get(bare, lambda _: f"/tickets/{dice.choice(numbers)}")
    newest, nothing = load.get(bare, lambda _: "/tickets"), load.get(bare, lambda _: "/noop")
    ours = {one.name: one for one in operations(url, agent, numbers)}

    def beside(name: str, limit: Request, limit_expect: int, what: str, title: str = "") -> Comparison:
        return Comparison(title or name, ours[name].request, ours[name].expect, limit, limit_expect, what)

    return [
        beside("create", insert, 201, "bare insert"),
        beside("comment", insert, 201, "bare insert"),
        beside("get", find, 200, "bare find of one"),
        beside("list", newest, 200, "bare find of 25"),
        beside("get", nothing, 200, "call of nothing", "get, by call"),
    ]


def _ticket(number: int) -> bytes:
    text = (
        f"The printer on floor {number % 9} answers with error {number}. It worked yesterday, and paper is in it. " * 4
    )
    return json.dumps({"title": f"Printer {number} does not print", "description": text, "impact": 2}).encode()


def _comment(number: int) -> bytes:
    return json.dumps({"text": f"Error {number} is shown again. " * 5, "visibility": "public"}).encode()
