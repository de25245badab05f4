"""Renders text that people wrote as safe HTML."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = set("a p br hr em strong code pre blockquote ul ol li h2 h3 h4 h5 h6 table thead tbody tr th td img".split())
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


def plain(text: str) -> Markup:
    """Turns web addresses into links and escapes everything else. CSS keeps the line breaks."""
    pieces: list[Markup] = []
    end = 0
    for match in _URL.finditer(text):
        pieces += [escape(text[end : match.start()]), _link(match[0])]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(address)


def article(body: str) -> Markup:
    """Renders CommonMark with tables. The highest heading becomes h2, because the page's title is its only h1."""
    tokens = _MARKDOWN.parse(body)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return Markup(clean)  # noqa: S704 (cleaned on the line above)
