"""Taking the markup out of an article must not stop the service."""

import subprocess
import sys
import time

import pytest

from knowledge.adapters import plain_text as adapter
from knowledge.adapters.plain_text import AT_ONCE, plain_text
from knowledge.usecases import markdown

from .costly import COSTLY

# The service as nameko runs it: one thread, in which nothing else happens while something computes.
_PATCHED = """
import eventlet
eventlet.monkey_patch()
import sys, time
from knowledge.adapters.plain_text import plain_text
ticks = [time.monotonic()]
def tick():
    while True:
        time.sleep(0.01)
        ticks.append(time.monotonic())
eventlet.spawn(tick)
plain_text(sys.stdin.read())
ticks.append(time.monotonic())
print(max(after - before for before, after in zip(ticks, ticks[1:])))
"""

# The other process hangs, and uses no CPU.
_HANGING = """
import eventlet
eventlet.monkey_patch()
import subprocess
from knowledge.adapters import plain_text as adapter
run = subprocess.run
hang = (
    "import time; from knowledge.adapters import plain_text as adapter; "
    "adapter.WALL_SECONDS = 1; adapter.markdown.plain_text = lambda text: time.sleep(60); adapter.main()"
)
subprocess.run = lambda command, **options: run((command[0], "-I", "-c", hang), **options)
adapter.AT_ONCE = 0
assert adapter.plain_text("Press **F5**") == "Press **F5**"
"""


@pytest.mark.parametrize("kind", ["images", "ticks", "references", "narrow rows"])
def test_no_article_stops_the_service(kind: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", _PATCHED]
    done = subprocess.run(command, input=COSTLY[kind], capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout.splitlines()[-1]) < 0.5


def test_a_process_that_hangs_does_not_stop_the_service() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", _HANGING], timeout=30, check=True)


def test_an_article_that_costs_too_much_is_indexed_as_it_is() -> None:
    assert plain_text(COSTLY["images"]) == COSTLY["images"]


def test_a_long_article_is_read_by_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Press **F5**, then [wait](https://example.org).\n\n" * 1000
    plain = markdown.plain_text(text)
    monkeypatch.delattr(markdown, "plain_text")
    assert plain_text(text) == plain


@pytest.mark.parametrize("kind", COSTLY)
def test_what_is_read_at_once_costs_little(kind: str) -> None:
    text, cut = COSTLY[kind], len(COSTLY[kind])
    while cut * sum(map(text[:cut].count, adapter._LOOKING)) > AT_ONCE:
        cut = cut * 9 // 10
    began = time.process_time()
    plain_text(text[:cut])
    assert time.process_time() - began < 0.25
