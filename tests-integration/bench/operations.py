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


@dataclass(frozen=True)
class Operation:
    """`limit` is the request that it is compared with, `beside` says what that is."""

    name: str
    request: Request
    expect: int
    limit: Request
    limit_expect: int
    beside: str


def operations(url: str, bare: str, agent: Api, numbers: Sequence[str]) -> list[Operation]:
    """`numbers` are tickets to read and to comment."""
    dice = random.Random(7)
    insert = load.post(bare, lambda _: "/tickets", _ticket, lambda _: "")

    def some(path: str) -> Callable[[int], str]:
        return lambda _: path.format(dice.choice(numbers))

    def signed(_: int) -> str:
        return f"Authorization: Bearer {agent.token}\r\n"

    def once(number: int) -> str:
        return f"{signed(number)}Idempotency-Key: {uuid4().hex}\r\n"

    create = load.post(url, lambda _: "/api/v1/tickets", _ticket, once)
    comment = load.post(url, some("/api/v1/tickets/{}/comments"), _comment, once)
    get = load.get(url, some("/api/v1/tickets/{}"), signed)
    newest = load.get(url, lambda _: NEWEST, signed)
    return [
        Operation("create", create, 201, insert, 201, "bare insert"),
        Operation("comment", comment, 201, insert, 201, "bare insert"),
        Operation("get", get, 200, load.get(bare, some("/tickets/{}")), 200, "bare find of one"),
        Operation("list", newest, 200, load.get(bare, lambda _: "/tickets"), 200, "bare find of 25"),
        Operation("get, by call", get, 200, load.get(bare, lambda _: "/noop"), 200, "call of nothing"),
    ]


def _ticket(number: int) -> bytes:
    text = (
        f"The printer on floor {number % 9} answers with error {number}. It worked yesterday, and paper is in it. " * 4
    )
    return json.dumps({"title": f"Printer {number} does not print", "description": text, "impact": 2}).encode()


def _comment(number: int) -> bytes:
    return json.dumps({"text": f"Error {number} is shown again. " * 5, "visibility": "public"}).encode()
