"""Converts the CommonMark of an article into the plain text that searches match and quote."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_SEPARATE = {"softbreak", "hardbreak"}


def plain_text(markdown: str) -> str:
    """Returns one line for each paragraph, heading, list item and table cell, without markup."""
    lines = (_line(token) for token in _MARKDOWN.parse(markdown))
    return "\n".join(line for line in lines if line)


def _line(block: Token) -> str:
    if block.type in ("fence", "code_block"):
        return block.content.strip()
    parts = (" " if child.type in _SEPARATE else child.content for child in block.children or ())
    return "".join(parts).strip()
