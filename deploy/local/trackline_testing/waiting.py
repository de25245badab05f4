from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")


def wait_for(condition: Callable[[], T], seconds: float = 60) -> T:
    """Polls until the condition is true and returns its value. Raises AssertionError after `seconds`."""
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {condition}")
