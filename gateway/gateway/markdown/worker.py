"""Renders one text after another until its input ends: `python -m gateway.markdown.worker SECONDS`.

A text comes as one byte (1 for a comment, 0 for an article), its length in bytes (4 bytes, big-endian) and UTF-8. Its
HTML comes as one byte that is `+`, its length, and UTF-8. The byte is `-` if the text needs more than its share of
these seconds of CPU, too much memory, or makes too much HTML for its length.
"""

import signal
import struct
import sys
from types import FrameType
from typing import BinaryIO

from gateway.kit.confined import confine
from gateway.markdown.html import Style, to_html

HEAD = struct.Struct(">?I")
LENGTH = struct.Struct(">I")
MAX_HTML = 1_000_000
# What a text may make and cost grows with its length: otherwise many short ones make a page that is too large, or too
# slow. So many bytes of HTML for each byte, and for a text of any length.
HTML_PER_BYTE, HTML_OF_ANY = 10, 10_000
# A text of so many characters may take all of the seconds, and the shortest a tenth of them.
LONG = 50_000
# Address space in bytes. The process itself takes a third of it.
MAX_MEMORY = 256_000_000


# The time is over again after so many seconds, because some code of the parser's may have swallowed the first end.
AGAIN_AFTER = 0.05


class TooSlow(BaseException):
    """Raised wherever the code is when the time is over. The parser ignores each Exception of some of its steps."""


def main() -> None:
    seconds = float(sys.argv[1])
    confine(MAX_MEMORY)
    signal.signal(signal.SIGPROF, _give_up)
    _serve(sys.stdin.buffer, sys.stdout.buffer, seconds)


def _serve(texts: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    while head := texts.read(HEAD.size):
        comment, length = HEAD.unpack(head)
        html = _render(texts.read(length).decode(), "comment" if comment else "article", seconds)
        answers.write((b"-" if html is None else b"+") + LENGTH.pack(len(html or b"")) + (html or b""))
        answers.flush()


def _render(text: str, style: Style, seconds: float) -> bytes | None:
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds * _share(text), AGAIN_AFTER)
        try:
            html = to_html(text, style).encode()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except (TooSlow, MemoryError, RecursionError):
        return None
    return html if len(html) <= _most_html(text) else None


def _share(text: str) -> float:
    return min(1.0, 0.1 + 0.9 * len(text) / LONG)


def _most_html(text: str) -> int:
    return min(MAX_HTML, HTML_OF_ANY + HTML_PER_BYTE * len(text.encode()))


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


if __name__ == "__main__":
    main()
