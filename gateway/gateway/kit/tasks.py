"""Tasks that run as long as the gateway does."""

import asyncio


async def end(*tasks: asyncio.Task[None] | None) -> None:
    """Cancels the tasks and waits for their end. An error of a task is not raised here."""
    begun = [task for task in tasks if task is not None]
    for task in begun:
        task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)
