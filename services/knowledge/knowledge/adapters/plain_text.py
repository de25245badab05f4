"""Takes the markup out of an article, at a bounded cost.

The length of a text does not bound what its markup costs: 200,000 characters may take 9 seconds, in which the service
would answer nothing. A process of its own therefore reads a text that may take long
(`python -m knowledge.adapters.plain_text`).
"""

import resource
import signal
import subprocess
import sys
from subprocess import DEVNULL, PIPE

import structlog

from knowledge.usecases import markdown

log = structlog.get_logger()
# The characters at which the parser may look through the rest of the text. The product of their number and the length
# bounds what it does; this much takes a few hundredths of a second at most.
_LOOKING = "[]!`*_<>&|~\\-+.)#:\n"
AT_ONCE = 1_000_000
CPU_SECONDS = 2
WALL_SECONDS = 10
# address space in bytes
MAX_MEMORY = 256_000_000


def plain_text(text: str) -> str:
    """Returns the text as it is if its markup costs too much."""
    if len(text) * sum(map(text.count, _LOOKING)) <= AT_ONCE:
        return markdown.plain_text(text)
    command = (sys.executable, "-I", "-m", __name__)
    try:
        # There is no `timeout` here, because eventlet would raise a TimeoutExpired of its own, which is no
        # SubprocessError. The other process ends itself.
        done = subprocess.run(command, input=text.encode(), stdout=PIPE, stderr=DEVNULL, env={}, check=True)
    except subprocess.SubprocessError as error:
        log.warning("an article is indexed with its markup", characters=len(text), error=type(error).__name__)
        return text
    return done.stdout.decode()


def main() -> None:
    signal.alarm(WALL_SECONDS)
    # Nothing of the text may stay in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    sys.stdout.buffer.write(markdown.plain_text(sys.stdin.buffer.read().decode()).encode())


if __name__ == "__main__":
    main()
