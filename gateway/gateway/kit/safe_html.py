"""The one rule of what HTML of strangers may hold when a page shows it. Pictures need an attribute of the caller's."""

from collections.abc import Mapping

import nh3

TAGS = frozenset(
    "a p br hr em strong code pre blockquote ul ol li h2 h3 h4 h5 h6 table thead tbody tr th td img".split()
)
# neither svg nor math, because every way round the cleaner that was ever found began with one of them
MORE_TAGS = TAGS | frozenset(
    "div span b i u s strike del ins sub sup small h1 dl dt dd tfoot caption q cite abbr kbd samp tt".split()
)
SCHEMES = {"http", "https", "mailto"}


def clean(html: str, tags: frozenset[str], attributes: Mapping[str, set[str]]) -> str:
    """Its cost grows with the square of the depth of the HTML."""
    return nh3.clean(
        html,
        tags=set(tags),
        attributes=dict(attributes),
        # A long line of code scrolls, and somebody without a mouse has to reach it.
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
        url_schemes=SCHEMES,
    )
