"""What is measured, and beside which limit."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from harness.api import Api

from bench import load
from bench.load import Request

NEWEST = "/api/v1/tickets?page%5Bsize%5D=25"
SEARCH = "/api/v1/search?q=printer+floor"


@dataclass(frozen=True)
class Operation:
    name: str
    request: Request
    expect: int


@dataclass(frozen=True)
class Comparison(Operation):
    """`limit` is the request that the operation is compared with, `beside` says what that is."""

    limit: Request
    limit_expect: int
    beside: str


def operations(url: str, agent: Api, numbers: Sequence[str]) -> list[Operation]:
    """`numbers` are tickets to read and to comment."""
    dice = random.Random(7)

    def some(path: str) -> Callable[[int], str]:
        return lambda _: path.format(dice.choice(numbers))

    def signed(_: int) -> str:
        return f"Authorization: Bearer {agent.token}\r\n"

    def once(number: int) -> str:
        return f"{signed(number)}Idempotency-Key: {uuid4().hex}\r\n"

    return [
        Operation("create", load.post(url, lambda _: "/api/v1/tickets", _ticket, once), 201),
        Operation("comment", load.post(url, some("/api/v1/tickets/{}/comments"), _comment, once), 201),
        Operation("get", load.get(url, some("/api/v1/tickets/{}"), signed), 200),
        Operation("list", load.get(url, lambda _: NEWEST, signed), 200),
        Operation("search", load.get(url, lambda _: SEARCH, signed), 200),
    ]


def beside_limits(url: str, bare: str, agent: Api, numbers: Sequence[str]) -> list[Comparison]:
    """The operations but search, whose limit bench.search measures."""
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
