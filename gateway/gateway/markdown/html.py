"""Turns the CommonMark of a text into safe HTML. What this costs has no limit here: see `renderer.py`."""

from collections.abc import Iterator, Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from gateway.kit import links, safe_html

# It is part of the key of what is kept. Raise it when the HTML of a text changes.
VERSION = 5
Style = Literal["article", "comment"]
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


def to_html(body: str, style: Style = "article") -> str:
    """Renders CommonMark with tables, and links plain addresses. The highest heading becomes h2, because the page's
    title is its only h1."""
    markdown = _PARSERS[style]
    tokens = markdown.parse(body)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
    html = markdown.renderer.render(tokens, markdown.options, {})
    return safe_html.clean(html, safe_html.TAGS, _ATTRIBUTES)


def _link_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = list(_with_links(token.children))


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    linked = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            linked = token.type == "link_open"
        if token.type == "text" and not linked:
            yield from _pieces(token.content)
        else:
            yield token


def _pieces(text: str) -> Iterator[Token]:
    end = 0
    for link in links.find(text):
        yield _text(text[end : link.start])
        yield Token("link_open", "a", 1, attrs={"href": link.address})
        yield _text(text[link.start : link.end])
        yield Token("link_close", "a", -1)
        end = link.end
    yield _text(text[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _parser(*, breaks: bool) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": breaks}).enable("table")
    # The last rule: by then the texts that the parser had divided are one again.
    markdown.core.ruler.push("link_addresses", _link_addresses)
    return markdown


# In a comment, a line ends where its author ended it. Anybody may write one, so that it shows no picture, which would
# make the browser of every reader ask for something. The pictures of a comment are attached files.
_PARSERS = {"article": _parser(breaks=False), "comment": _parser(breaks=True).disable("image")}
