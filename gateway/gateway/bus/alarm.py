"""The alarm of RabbitMQ: while its memory or its disk is full, it reads nothing from connections that publish."""

import asyncio
from collections.abc import Callable
from typing import cast

from aio_pika.abc import AbstractConnection, UnderlayConnection

EVERY_SECONDS = 0.2
AT_ONCE = 0.05


async def watch_alarm(connection: AbstractConnection, tell: Callable[[bool], None]) -> None:
    """Calls `tell` with True when RabbitMQ blocks the connection, and with False when it goes on reading. RabbitMQ
    blocks a connection only after its first message during the alarm."""
    ready = cast(UnderlayConnection, connection.transport).connection.ready
    while True:
        try:
            async with asyncio.timeout(AT_ONCE):
                await ready()
        except TimeoutError:
            tell(True)
            await ready()
            tell(False)
        await asyncio.sleep(EVERY_SECONDS)
