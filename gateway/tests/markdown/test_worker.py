"""A text is given up when its time is over, whatever the parser does at that moment."""

import random
import signal
import time
from collections.abc import Iterator

import pytest

from gateway.markdown import worker


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, worker._give_up)
    yield
    signal.signal(signal.SIGPROF, before)


def hosts(length: int) -> str:
    """Returns lines with addresses, for which the parser ignores every error of the code that spells them in ASCII."""
    letters = random.Random(3)
    lines, size = list[str](), 0
    while size < length:
        labels = ("".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(62)) for _ in range(4))
        lines.append(f"<http://{'.'.join(labels)}>")
        size += len(lines[-1])
    return "\n".join(lines)


@pytest.mark.parametrize("seconds", [0.2, 0.4, 0.6])
def test_nothing_swallows_the_end_of_the_time(seconds: float) -> None:
    text = hosts(150_000)
    before = time.process_time()
    assert worker._render(text, "comment", seconds) is None
    assert time.process_time() - before < seconds + 0.3


def test_a_text_after_one_that_was_given_up_has_its_own_time() -> None:
    worker._render("[" * 100_000, "comment", 0.05)
    assert worker._render("*a*", "comment", 5.0) == b"<p><em>a</em></p>\n"
