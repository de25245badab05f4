"""Turns the CommonMark of an article into safe HTML. What this costs has no limit here: see `renderer.py`."""

import nh3
from markdown_it import MarkdownIt

# It is part of the key of what is kept. Raise it when the HTML of a text changes.
VERSION = 1
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = set("a p br hr em strong code pre blockquote ul ol li h2 h3 h4 h5 h6 table thead tbody tr th td img".split())
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


def to_html(body: str) -> str:
    """Renders CommonMark with tables. The highest heading becomes h2, because the page's title is its only h1."""
    tokens = _MARKDOWN.parse(body)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
