"""The same for several tickets: what one of them refuses does not keep the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from trackline_schemas.errors import ServiceError

R = TypeVar("R")
AT_ONCE = 5


async def each(items: Sequence[str], work: Callable[[str], Awaitable[R]]) -> tuple[list[R], list[ServiceError]]:
    limit = asyncio.Semaphore(AT_ONCE)
    refused: list[ServiceError] = []
    done: list[R] = []

    async def one(item: str) -> None:
        async with limit:
            try:
                done.append(await work(item))
            except ServiceError as error:
                refused.append(error)

    await asyncio.gather(*map(one, items))
    return done, refused
