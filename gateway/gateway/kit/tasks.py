"""Tasks that run as long as the gateway does."""

import asyncio


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancels the task and waits for its end. An error of the task is not raised here."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
