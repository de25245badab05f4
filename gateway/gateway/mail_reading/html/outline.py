"""Reads how deep HTML is, and its bare text. What builds a tree of it needs the square of the depth, and this does
not."""

from collections import Counter
from html.parser import HTMLParser

from gateway.mail_reading.html.elements import BLOCKS, HIDDEN, VOID

# A mail with a hundred answers inside one another has some hundred levels.
DEEPEST = 500
# An end of these is often not written, and then the next one is not inside.
_ENDED_BY_NEXT = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"}


class Outline(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._open: Counter[str] = Counter()
        self._depth, self.deepest = 0, 0
        self._text: list[str] = []
        try:
            self.feed(html)
            self.close()
        except AssertionError:
            # The parser gives up at some damaged declarations.
            pass

    @property
    def text(self) -> str:
        lines = ("".join(self._text)).split("\n")
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BLOCKS or tag == "br":
            self._text.append("\n")
        if tag not in VOID and tag not in _ENDED_BY_NEXT:
            self._open[tag] += 1
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """A slash ends nothing in HTML."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._open[tag]:
            self._open[tag] -= 1
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if not any(self._open[tag] for tag in HIDDEN):
            self._text.append(data.replace("\n", " "))
