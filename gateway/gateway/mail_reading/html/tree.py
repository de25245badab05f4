"""Reads the tree of HTML as a row of leaves: the texts and pictures, with what is open around each, and its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.mail_reading.folding.lines import Line, lines_of
from gateway.mail_reading.html.elements import BLOCKS, HIDDEN, VOID, is_last, is_ruled, mark
from gateway.mail_reading.mail import Fold

_SPACES = re.compile(r"[\s\u200b\ufeff]+")


class Element(NamedTuple):
    tag: str
    attributes: Mapping[str, str | None]


class Leaf(NamedTuple):
    """A text if it has no element. `path` is what is open around it, from the outside."""

    line: int
    path: tuple[Element, ...]
    text: str = ""
    element: Element | None = None


@dataclass
class Page:
    leaves: list[Leaf] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class _Row:
    """What is known of a line while its leaves come."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.depth, self.last, self.ruled = 0, False, False
        self.mark: Fold | None = None
        self.leaves = 0

    @property
    def line(self) -> Line:
        (line,) = lines_of(_SPACES.sub(" ", "".join(self.words)).strip())
        return Line(line.text, line.depth + self.depth, self.mark, self.last, self.ruled)


class Reader:
    def __init__(self, html: str) -> None:
        self.page = Page()
        self._path: tuple[Element, ...] = ()
        self._row = _Row()
        body = LexborHTMLParser(html).body
        for node, opens in _events(body) if body else ():
            self._open(node) if opens else self._close(node)
        self._end_line()

    def _open(self, node: LexborNode) -> None:
        if node.is_text_node:
            self._text(node.text_content or "")
            return
        element = Element(node.tag or "", node.attributes)
        if element.tag in BLOCKS:
            self._break()
        self._row.last = self._row.last or is_last(element.attributes)
        self._row.ruled = self._row.ruled or is_ruled(element.tag, element.attributes)
        if element.tag in VOID or (element.tag in ("td", "th") and node.child is None):
            self._leaf(Leaf(len(self.page.lines), self._path, element=element))
        if element.tag in ("td", "th"):
            self._row.words.append(" ")
        if element.tag == "br":
            self._end_line()
        if element.tag not in VOID:
            self._path = (*self._path, element)

    def _close(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in VOID or node.is_text_node:
            return
        self._path = self._path[:-1]
        if tag in BLOCKS:
            self._break()

    def _text(self, text: str) -> None:
        if not any(element.tag == "pre" for element in self._path):
            self._words(text)
            return
        for place, line in enumerate(text.split("\n")):
            if place:
                self._leaf(Leaf(len(self.page.lines), self._path, "\n"))
                self._end_line()
            self._words(line)

    def _words(self, text: str) -> None:
        if not text:
            return
        if text.strip() and not self._row.leaves:
            self._row.depth = sum(element.tag == "blockquote" for element in self._path)
            self._row.mark = next((found for one in self._path if (found := mark(one.attributes))), None)
            self._row.leaves = 1
        self._row.words.append(text)
        self._leaf(Leaf(len(self.page.lines), self._path, text))

    def _leaf(self, leaf: Leaf) -> None:
        self.page.leaves.append(leaf)

    def _break(self) -> None:
        if self._row.leaves or "".join(self._row.words).strip(" \n\t\r"):
            self._end_line()

    def _end_line(self) -> None:
        self.page.lines.append(self._row.line)
        self._row = _Row()


def _events(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yields each node when it opens, and when it closes."""
    node: LexborNode | None = root
    stack: list[LexborNode] = []
    while node is not None or stack:
        if node is None:
            closed = stack.pop()
            yield closed, False
            node = closed.next
            continue
        if node.is_comment_node or (node.tag or "") in HIDDEN:
            node = node.next
            continue
        yield node, True
        stack.append(node)
        node = node.child


def text_of(lines: Sequence[Line]) -> str:
    """Returns the lines as plain text, with the marks of quotes."""
    return "\n".join(f"{'>' * line.depth} {line.text}" if line.depth else line.text for line in lines)
