"""How a loop waits."""

import asyncio

import pytest

from gateway.kit.wake import Wake

LONG = 60.0


async def test_a_call_ends_the_wait_even_if_it_came_first() -> None:
    wake = Wake()
    wake.call()
    async with asyncio.timeout(20):
        await wake.wait(LONG)
    waiting = asyncio.create_task(wake.wait(LONG))
    await asyncio.sleep(0)
    wake.call()
    async with asyncio.timeout(20):
        await waiting


async def test_one_call_ends_one_wait() -> None:
    wake = Wake()
    wake.call()
    await wake.wait(LONG)
    waiting = asyncio.create_task(wake.wait(0.05))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    async with asyncio.timeout(20):
        await waiting


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancelled_wait_ends_whenever_the_call_comes(turns: int) -> None:
    wake = Wake()
    waiting = asyncio.create_task(wake.wait(LONG))
    await asyncio.sleep(0)
    wake.call()
    for _ in range(turns):
        await asyncio.sleep(0)
    if waiting.cancel():
        with pytest.raises(asyncio.CancelledError):
            await waiting
