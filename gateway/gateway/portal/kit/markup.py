"""Shows plain text as safe HTML. `gateway.markdown` renders articles."""

from itertools import islice

from markupsafe import Markup, escape

from gateway.kit import links

# A page shows many texts. No text that somebody wrote by hand has so many addresses.
MOST_LINKS = 500


def plain(text: str) -> Markup:
    """Turns the first web addresses into links and escapes everything else. CSS keeps the line breaks."""
    pieces: list[str] = []
    end = 0
    for link in islice(links.find(text), MOST_LINKS):
        pieces += [escape(text[end : link.start]), _link(link.address, text[link.start : link.end])]
        end = link.end
    return Markup("".join([*pieces, escape(text[end:])]))  # noqa: S704 (every piece is escaped)


def own(words: str) -> Markup:
    """Gives the words of people their own direction inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(words)


def _link(address: str, shown: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{escape(shown)}</a>'
