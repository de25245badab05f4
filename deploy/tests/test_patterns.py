"""No text that people send costs a regular expression much more than others of its length."""

import re
import signal
import time
import types
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from . import patterns
from .patterns import Found

SHORT, LONG = 1_000, 4_000
# seconds of CPU for LONG. What takes less is not measured again. Those that are not linear take more than that, also
# on a machine that is nine times as fast as the one where this was written.
SUSPICIOUS = 0.0005
HOPELESS = 0.2


class TooLong(Exception):
    """Raised inside a pattern."""


def test_every_pattern_takes_linear_time() -> None:
    found = patterns.find_all()
    assert {"gateway.kit.links", "knowledge.domain.topic", "trackline_schemas.records.kinds.reply_template"} <= {
        one.module for one in found
    }
    costly = {str(one): text for one in found if (text := costly_text(one))}
    assert costly == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"[,;][^\w/]*(?=https?://)", "finditer"),
        (r"\{\{\s*(.*?)\s*\}\}", "finditer"),
        (r"\(.*?\)|\[.*?\]", "finditer"),
        (r"\S*/\S*", "finditer"),
        (r"<!--.*?-->", "search"),
        (r"\s+$", "search"),
        (r"\d+x?\d+!", "fullmatch"),
        (rb"<[^>]*script", "search"),
    ],
)
def test_a_costly_pattern_is_seen(pattern: str | bytes, method: str) -> None:
    assert costly_text(Found("any", re.compile(pattern), frozenset({method})))


def test_patterns_are_found_wherever_a_module_has_them(tmp_path: Path) -> None:
    module = types.ModuleType("any")
    code = (
        "import re\nA = re.compile('a')\nB = [(re.compile('b'), 1)]\nC = {1: re.compile('c')}\nD = 'd'\n"
        "def f(word):\n    A.sub('', word)\n    re.split(f'{D}+', word)\n    re.search(re.escape(word), word)\n"
    )
    path = tmp_path / "any.py"
    path.write_text(code)
    module.__file__ = str(path)
    exec(code, vars(module))
    found = {one.pattern.pattern: set(one.methods) for one in patterns.in_module(module)}
    assert found == {"a": {"finditer"}, "b": {"search"}, "c": {"search"}, "d+": {"finditer"}}


def costly_text(found: Found) -> str | None:
    """Returns the beginning of a text for which four times the length costs more than eight times as much."""
    for text in patterns.hostile_texts(patterns.source(found.pattern.pattern), found.pattern.flags):
        if _is_costly(found, text):
            return text(40)
    return None


def _is_costly(found: Found, text: Callable[[int], str]) -> bool:
    if _cost(found, text(LONG)) < SUSPICIOUS:
        return False
    long = min(_cost(found, text(LONG)) for _ in range(5))
    if long == HOPELESS:
        return True
    return long > SUSPICIOUS and long > 8 * min(_cost(found, text(SHORT)) for _ in range(5))


def _cost(found: Found, text: str) -> float:
    """Returns seconds of CPU, and never waits for more than HOPELESS."""
    before = time.thread_time()
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HOPELESS)
    try:
        patterns.run(found, text)
    except TooLong:
        return HOPELESS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.thread_time() - before


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TooLong
