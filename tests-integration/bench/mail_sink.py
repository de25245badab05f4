"""A mail server that takes every mail and keeps none: `python -m bench.mail_sink PORT`.

It stands for the mail server of an installation, which is another machine. So it must cost next to nothing here, and
knows no more of SMTP than our sender needs.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harness.api import wait_for

from trackline_local.ports import free_port, is_free

ANSWERS = {b"EHLO": b"250 sink", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


@contextmanager
def sink() -> Iterator[str]:
    """Yields the URL of such a server, which runs as a process of its own."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "bench.mail_sink", str(port)]) as process:
        try:
            wait_for(lambda: not is_free(port), 10)
            yield f"smtp://127.0.0.1:{port}"
        finally:
            process.terminate()


async def serve(port: int) -> None:
    server = await asyncio.start_server(_converse, "127.0.0.1", port, limit=1 << 22)
    await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        writer.write(ANSWERS.get(verb, b"250 OK") + b"\r\n")
        if verb == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 OK\r\n")
        if verb == b"QUIT":
            break
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
