"""Divides the HTML of a mail into parts that are safe to show, each of them whole HTML."""

from collections.abc import Iterator, Sequence
from html import escape

from gateway.kit import safe_html
from gateway.mail_reading.folding.fold import fold
from gateway.mail_reading.html.elements import BLOCKS
from gateway.mail_reading.html.pictures import Pictures
from gateway.mail_reading.html.tree import Element, Leaf, Page, Reader
from gateway.mail_reading.mail import Fold, Part

# Each part opens again what is open around it, so that many deep parts would be far longer than the HTML.
MOST_SWELLING = 4
_SPANS = {"colspan", "rowspan"}
# what is taken over of the HTML. Whatever begins with `data-` is ours.
_TAKEN = {"a": {"href", "title"}, "ol": {"start"}, "td": _SPANS, "th": _SPANS, "abbr": {"title"}}
_ATTRIBUTES = {**_TAKEN, "img": {"data-attachment", "alt"}, "span": {"data-remote-image"}}


class Swollen(Exception):
    """The parts are far longer than the HTML."""


class Writer:
    """Writes the leaves of one fold after another, with the elements that are open around them."""

    def __init__(self, pictures: Pictures, room: int) -> None:
        self._pictures = pictures
        self._room = room
        self._open: list[Element] = []
        self._written: list[str] = []

    def write(self, leaf: Leaf) -> None:
        same = 0
        for opened, wanted in zip(self._open, leaf.path, strict=False):
            if opened is not wanted:
                break
            same += 1
        self._close(same)
        for element in leaf.path[same:]:
            self._add(_start(element))
            self._open.append(element)
        self._add(self._leaf(leaf))

    def end(self) -> str:
        self._close(0)
        html, self._written = "".join(self._written), []
        return safe_html.clean(html, safe_html.MORE_TAGS, _ATTRIBUTES)

    def _close(self, count: int) -> None:
        while len(self._open) > count:
            self._add(_end(self._open.pop()))

    def _leaf(self, leaf: Leaf) -> str:
        if leaf.element is None:
            return escape(leaf.text)
        if leaf.element.tag == "img":
            return self._pictures.show(leaf.element.attributes)
        return _start(leaf.element)

    def _add(self, html: str) -> None:
        self._room -= len(html)
        if self._room < 0:
            raise Swollen
        self._written.append(html)


def read(html: str) -> Page:
    return Reader(html).page


def divide(page: Page, pictures: Pictures, room: int) -> tuple[Part, ...]:
    """Returns the parts in their order. Raises Swollen if they need more characters than there is room for."""
    return tuple(_parts(page.leaves, fold(page.lines), Writer(pictures, room)))


def _parts(leaves: Sequence[Leaf], folds: Sequence[Fold], writer: Writer) -> Iterator[Part]:
    current: Fold | None = None
    for leaf in leaves:
        wanted = folds[leaf.line]
        if current is not None and wanted is not current:
            yield Part(current, writer.end())
        current = wanted
        writer.write(leaf)
    if current is not None:
        yield Part(current, writer.end())


def _start(element: Element) -> str:
    tag = _tag(element)
    names = _TAKEN.get(tag, ())
    taken = {name: element.attributes[name] for name in names if element.attributes.get(name)}
    return f"<{tag}{''.join(f' {name}={quote(value)}' for name, value in taken.items())}>" if tag else ""


def quote(value: str | None) -> str:
    return f'"{escape(value or "")}"'


def _end(element: Element) -> str:
    tag = _tag(element)
    return f"</{tag}>" if tag else ""


def _tag(element: Element) -> str:
    """What is not shown as such still begins a line, or is left out and its text stays."""
    if element.tag in safe_html.MORE_TAGS and element.tag != "img":
        return element.tag
    return "div" if element.tag in BLOCKS else ""
