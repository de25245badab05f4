"""Shows plain text as safe HTML. `gateway.markdown` renders articles."""

from markupsafe import Markup, escape

from gateway.kit import links


def plain(text: str) -> Markup:
    """Turns web addresses into links and escapes everything else. CSS keeps the line breaks."""
    pieces: list[Markup] = []
    end = 0
    for link in links.find(text):
        pieces += [escape(text[end : link.start]), _link(link.address, text[link.start : link.end])]
        end = link.end
    return Markup("").join([*pieces, escape(text[end:])])


def own(words: str) -> Markup:
    """Gives the words of people their own direction inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(words)


def _link(address: str, shown: str) -> Markup:
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, shown)
