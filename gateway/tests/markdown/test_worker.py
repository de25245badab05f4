"""A text is given up when its time is over, whatever the parser does at that moment."""

import gc
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


@pytest.fixture(autouse=True)
def young() -> Iterator[None]:
    """The process that renders is small. Here, the garbage of all tests would take more time than a text has, and what
    watches the collector would swallow the end of its time."""
    watchers = gc.callbacks[:]
    gc.callbacks.clear()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.callbacks[:] = watchers


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


# Each of them makes 20 to 500 times as much HTML as its length.
SWELLING = {
    "one address many times": "[a]: http://e.x/" + "A" * 2000 + "\n\n" + "[a] " * 900,
    "one title many times": "[a]: /b '" + "T" * 1500 + "'\n\n" + "[a]" * 500,
    "a table with short rows": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|a\n" * 200,
    "a small table with short rows": "|" + "a|" * 120 + "\n|" + "-|" * 120 + "\n" + "|\n" * 120,
}


@pytest.mark.parametrize("kind", SWELLING)
def test_no_text_makes_much_more_html_than_its_length(kind: str) -> None:
    assert worker._render(SWELLING[kind], "comment", 100.0) is None


# What people write makes at most a few times as much.
ORDINARY = {
    "a word": "ok",
    "emphasis": "**a** " * 2_000,
    "an empty list": "-\n" * 1_000,
    "links": "".join(f"[a{n}](https://e.x/{n}) " for n in range(1_000)),
    "a table": "|host|state|\n|-|-|\n" + "|web1|down|\n" * 1_000,
    "a wide table": "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n" + ("|" + "1|" * 30 + "\n") * 60,
    "signs": "<&>" * 3_000,
    "quotes": "> a\n\n" * 1_000,
    "headings": "# a\n" * 1_000,
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_texts_are_formatted(kind: str) -> None:
    assert worker._render(ORDINARY[kind], "comment", 1.0)


def test_a_short_text_has_a_share_of_the_time() -> None:
    before = time.process_time()
    assert worker._render(SWELLING["a table with short rows"], "comment", 1.0) is None
    # Rendered to its end, it takes 0.65 s.
    assert time.process_time() - before < 0.4
