"""How long processes wait before they try to reach RabbitMQ again."""

import random
from collections.abc import Iterator

FIRST = 0.1
# A failed attempt costs next to nothing, and every caller is refused until the next attempt.
LONGEST = 0.5


def pauses() -> Iterator[float]:
    """Yields the seconds before each attempt, without end. They are random, so that the processes of an installation do
    not all come back at the same moment."""
    longest = FIRST
    while True:
        yield longest * random.uniform(0.2, 1.0)  # noqa: S311 (jitter)
        longest = min(longest * 2, LONGEST)
