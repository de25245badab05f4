"""The queue of what waits for a scarce process, such as files for their judgement."""

import asyncio

import pytest

from gateway.kit import queue
from gateway.kit.queue import Queue
from gateway.kit.spent import HALF_LIFE, Spent


class Line:
    """`judged` has the names of the files whose turn has come."""

    def __init__(self) -> None:
        self.judged, self._queue, self._go = list[str](), Queue(2), asyncio.Event()

    async def _judge(self, name: str) -> None:
        async with self._queue.turn(name[0]):
            self.judged.append(name)
            await self._go.wait()

    async def begin(self, *names: str) -> list[asyncio.Task[None]]:
        """The first letter of a name is the person."""
        tasks = [asyncio.create_task(self._judge(name)) for name in names]
        await asyncio.sleep(0.01)
        return tasks

    def go(self) -> None:
        self._go.set()


async def refusals(tasks: list[asyncio.Task[None]]) -> list[str]:
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(one).__name__ for one in ended if one is not None]


async def test_nobody_has_two_turns_at_a_time() -> None:
    line = Line()
    tasks = await line.begin("a1", "a2", "a3", "b1", "b2", "c1")
    assert line.judged == ["a1", "b1"]
    line.go()
    assert await refusals(tasks) == []
    assert sorted(line.judged) == ["a1", "a2", "a3", "b1", "b2", "c1"]


async def test_whoever_used_the_least_time_goes_first() -> None:
    line = Line()
    first = await line.begin("a1", "b1")
    await asyncio.sleep(0.05)
    # Both have more, and come before the others.
    later = await line.begin("a2", "b2", "a3", "b3", "c1", "d1")
    line.go()
    assert await refusals([*first, *later]) == []
    assert line.judged[:4] == ["a1", "b1", "c1", "d1"]


def test_what_somebody_used_is_forgotten() -> None:
    now = 0.0
    spent = Spent(lambda: now)
    spent.add("maria", 8.0)
    now = 2 * HALF_LIFE
    assert spent.seconds("maria") == 2.0
    spent.add("maria", 1.0)
    assert (spent.seconds("maria"), spent.seconds("tom")) == (3.0, 0.0)


def test_those_who_used_the_least_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.kit.spent.MOST_PEOPLE", 3)
    used = Spent(lambda: 0.0)
    for seconds, person in ((5.0, "a"), (1.0, "b"), (3.0, "c"), (2.0, "d")):
        used.add(person, seconds)
    assert [used.seconds(person) for person in "abcd"] == [5.0, 0.0, 3.0, 2.0]


async def test_nobody_fills_the_queue_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LONGEST", 4)
    line = Line()
    greedy = await line.begin(*(f"a{number}" for number in range(9)))
    others = await line.begin("b1", "c1", "d1")
    assert line.judged == ["a0", "b1"]
    line.go()
    assert await refusals(greedy) == ["Busy"] * 6
    assert await refusals(others) == []
    assert sorted(line.judged) == ["a0", "a1", "a2", "b1", "c1", "d1"]


async def test_a_file_waits_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "WAIT_SECONDS", 0.05)
    line = Line()
    first, *later = await line.begin("a1", "a2", "a3")
    assert await refusals(later) == ["Busy"] * 2
    line.go()
    await first
    assert line.judged == ["a1"]


@pytest.mark.parametrize("when", ["waiting", "judged", "at its turn"])
async def test_whoever_leaves_gives_their_turn_away(when: str) -> None:
    line = Line()
    judged, waiting, *others = await line.begin("a1", "a2", "b1", "c1", "a3")
    if when == "at its turn":
        judged.cancel()
        await asyncio.sleep(0)
    (judged if when == "judged" else waiting).cancel()
    await asyncio.sleep(0.01)
    line.go()
    assert await refusals(others) == []
    assert ("a2" in line.judged) == (when == "judged")
