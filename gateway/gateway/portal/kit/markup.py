"""Shows plain text as safe HTML. `gateway.markdown` renders articles."""

import re

from markupsafe import Markup, escape

_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")


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
