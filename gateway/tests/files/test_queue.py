"""The queue of the files that wait for their judgement."""

import asyncio

import pytest

from gateway.judge import queue
from gateway.judge.queue import Queue
from trackline_schemas.errors import ServiceError


class Line:
    """`judged` has the names of the files whose turn has come."""

    def __init__(self) -> None:
        self.judged, self._queue, self._go = list[str](), Queue(), asyncio.Event()

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
    return [one.reason if isinstance(one, ServiceError) else type(one).__name__ for one in ended if one is not None]


async def test_the_people_take_turns() -> None:
    line = Line()
    tasks = await line.begin("a1", "a2", "a3", "b1", "b2", "c1")
    assert line.judged == ["a1", "b1"]
    line.go()
    assert await refusals(tasks) == []
    assert line.judged == ["a1", "b1", "a2", "b2", "c1", "a3"]


async def test_nobody_fills_the_queue_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LONGEST", 4)
    line = Line()
    greedy = await line.begin(*(f"a{number}" for number in range(9)))
    others = await line.begin("b1", "c1", "d1")
    assert line.judged == ["a0", "b1"]
    line.go()
    assert await refusals(greedy) == ["too_many_files"] * 6
    assert await refusals(others) == []
    assert sorted(line.judged) == ["a0", "a1", "a2", "b1", "c1", "d1"]


async def test_a_file_waits_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "WAIT_SECONDS", 0.05)
    line = Line()
    first, *later = await line.begin("a1", "a2", "a3")
    assert await refusals(later) == ["too_many_files"] * 2
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
