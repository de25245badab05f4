"""The bounded queue for the checks of passwords."""

import asyncio
from typing import Any

import pytest

from gateway.kit.settings import Settings
from gateway.people.adapters import password
from gateway.people.adapters.password import KNOWN, STRANGERS, Argon2Passwords
from gateway.people.domain.waiting import Lane, Waiting
from trackline_schemas.errors import ServiceError

FLOOD = Lane("203.0.113.1")


def test_sources_take_turns() -> None:
    waiting: Waiting[str] = Waiting(known=9, strangers=9)
    for item in ("a1", "a2", "a3", "b1"):
        waiting.push(item, Lane(item[0]))
    assert [waiting.pop() for _ in range(5)] == ["a1", "b1", "a2", "a3", None]


def test_whoever_has_signed_in_before_goes_first() -> None:
    waiting: Waiting[str] = Waiting(known=9, strangers=9)
    waiting.push("stranger", FLOOD)
    waiting.push("colleague", Lane("colleague", known=True))
    assert waiting.pop() == "colleague"


def test_a_full_queue_loses_the_newest_entry_of_the_largest_source() -> None:
    waiting: Waiting[str] = Waiting(known=9, strangers=3)
    for item in ("a1", "a2", "a3"):
        assert waiting.push(item, Lane("a")) is None
    assert waiting.push("a4", Lane("a")) == "a4"
    assert waiting.push("b1", Lane("b")) == "a3"
    assert waiting.push("c1", Lane("c")) == "a2"
    # Now everybody has one entry, so that the newcomer leaves.
    assert waiting.push("d1", Lane("d")) == "d1"


def test_an_entry_that_was_removed_is_not_taken() -> None:
    waiting: Waiting[str] = Waiting(known=9, strangers=9)
    waiting.push("a1", FLOOD)
    waiting.remove("a1")
    assert waiting.pop() is None


@pytest.fixture
def passwords() -> Any:
    made = Argon2Passwords(Settings(secret="s" * 32, argon2_time_cost=2, argon2_memory_kib=4096))
    yield made
    made.close()


async def test_a_flood_of_strangers_is_refused_and_a_colleague_is_not(passwords: Argon2Passwords) -> None:
    stored = await passwords.hash("right")
    order: list[str] = []

    async def check(name: str, lane: Lane) -> Any:
        try:
            return await passwords.verify(stored, "right", lane) is not None
        except ServiceError as error:
            return error.reason
        finally:
            order.append(name)

    flood = [asyncio.create_task(check("flood", FLOOD)) for _ in range(60)]
    await asyncio.sleep(0)
    assert await check("colleague", Lane("bea", known=True)) is True
    assert await check("newcomer", Lane("198.51.100.1")) is True
    answers = await asyncio.gather(*flood)
    # The newcomer takes the place of one of them.
    assert answers.count("too_many_sign_ins_at_once") == 60 - password.AT_ONCE - STRANGERS + 1 or (
        answers.count("too_many_sign_ins_at_once") == 60 - password.AT_ONCE - STRANGERS
    )
    refused_first = [name for name in order if name != "flood"]
    assert refused_first == ["colleague", "newcomer"]
    assert (passwords._free, KNOWN > STRANGERS) == (password.AT_ONCE, True)


async def test_a_caller_who_leaves_the_queue_frees_the_place(passwords: Argon2Passwords) -> None:
    tasks = [asyncio.create_task(passwords.verify(None, "guess", FLOOD)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[5:]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in done[5:]] == [asyncio.CancelledError] * 5
    assert passwords._free == password.AT_ONCE
