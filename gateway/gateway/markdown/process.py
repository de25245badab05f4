"""The process that renders, as the gateway sees it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from gateway.markdown.html import Style
from gateway.markdown.worker import HEAD, LENGTH, MAX_HTML

# The worker measures its own CPU seconds. This is for a worker that hangs in a library, or that the machine starves.
WALL_SECONDS = 10.0


class Died(Exception):
    """The process ended or was killed before it had an answer."""


class Worker:
    """One process. It starts with its first text, and again after it has died."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def render(self, text: str, style: Style = "article") -> str | None:
        """Returns the HTML, or None if it costs too much. Raises Died."""
        async with self._turn:
            try:
                async with asyncio.timeout(WALL_SECONDS):
                    return await self._ask(text, style)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self.close()
                raise Died from error
            except asyncio.CancelledError:
                # Its answer would be taken for that of the next text.
                await self.close()
                raise

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.communicate()

    async def _ask(self, text: str, style: Style) -> str | None:
        process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise Died
        body = text.encode()
        process.stdin.write(HEAD.pack(style == "comment", len(body)) + body)
        await process.stdin.drain()
        verdict = await process.stdout.readexactly(1)
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        html = (await process.stdout.readexactly(length)).decode()
        return html if verdict == b"+" else None

    async def _start(self) -> Process:
        # It gets none of the gateway's secrets: neither its environment nor its open files.
        command = (sys.executable, "-I", "-m", "gateway.markdown.worker", str(self._seconds))
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL, env={}, limit=MAX_HTML
        )
        return self._process
