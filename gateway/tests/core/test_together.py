"""Questions that share a call get their own answers, and none waits for a call that hangs."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.clients.together import Together


class Service:
    """Answers each number with its square, refuses 13, and hangs on 0 until `wake` is set."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.wake = asyncio.Event()
        self.broken = False

    async def ask(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        self.calls.append(list(numbers))
        await asyncio.sleep(0)
        if 0 in numbers:
            await self.wake.wait()
        if self.broken:
            raise ConnectionError("gone")
        return [ValueError("13") if number == 13 else number**2 for number in numbers]


async def test_a_question_alone_is_asked_at_once() -> None:
    service = Service()
    together = Together(service.ask, 50)
    assert [await together(2), await together(3)] == [4, 9]
    assert service.calls == [[2], [3]]


async def test_questions_while_one_is_under_way_share_a_call() -> None:
    service = Service()
    together = Together(service.ask, 4)
    answers = await asyncio.gather(*(together(number) for number in range(1, 8)))
    assert list(answers) == [1, 4, 9, 16, 25, 36, 49]
    assert service.calls == [[1], [2, 3, 4, 5], [6, 7]]


async def test_a_call_that_hangs_holds_up_nobody_else() -> None:
    service = Service()
    together = Together(service.ask, 50)
    hanging = asyncio.create_task(together(0))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert tuple(await asyncio.gather(together(2), together(3))) == (4, 9)
        assert not hanging.done()
        service.wake.set()
        assert await hanging == 0


async def test_an_error_reaches_those_whom_it_concerns() -> None:
    service = Service()
    together = Together(service.ask, 50)
    _, refused, fine = await asyncio.gather(*map(together, (1, 13, 2)), return_exceptions=True)
    assert (str(refused), fine) == ("13", 4)

    service.broken = True
    for answer in await asyncio.gather(*map(together, (1, 2, 3)), return_exceptions=True):
        assert isinstance(answer, ConnectionError)


async def test_whoever_goes_away_takes_no_answer_from_the_others() -> None:
    service = Service()
    together = Together(service.ask, 50)
    gone, *others = [asyncio.create_task(together(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    gone.cancel()
    others[0].cancel()
    assert await others[1] == 9
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_no_answer_is_older_than_its_question() -> None:
    """A question that comes while a call is under way is not answered by that call."""
    now = 0

    async def ask(questions: Sequence[int]) -> Sequence[int]:
        seen = now
        await asyncio.sleep(0.01)
        return [seen] * len(questions)

    together = Together(ask, 50)
    first = asyncio.create_task(together(1))
    await asyncio.sleep(0.001)
    now = 1
    assert (await together(2), await first) == (1, 0)
