"""Polls with a deadline."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any


async def until(condition: Callable[[], Any | Awaitable[Any]], seconds: float = 60.0) -> None:
    """Returns as soon as the condition is true. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if await answer if inspect.isawaitable(answer) else answer:
            return
        assert time.monotonic() < deadline, f"the condition is still false after {seconds} s"
        await asyncio.sleep(0.01)
