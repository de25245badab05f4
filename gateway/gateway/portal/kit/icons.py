"""Lucide icons as inline SVG. An icon is decoration only: a word beside it always gives its meaning."""

import re
from functools import cache

from markupsafe import Markup

from gateway.portal.kit.assets import VENDOR

_ICONS = VENDOR / "icons"


@cache
def icon(name: str) -> Markup:
    source = (_ICONS / f"{name}.svg").read_text()
    drawing = re.sub(r"<!--[^<]*?-->\s*|\n\s*", "", source)
    shape = drawing[drawing.index(">") + 1 :]
    attributes = f'class="icon icon-{name}" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true"'
    return Markup(f"<svg {attributes}>{shape}")  # noqa: S704 (files of the package, no input)


def priority_bars(priority: int) -> Markup:
    """Draws five bars. The more urgent the priority, the more of them are filled."""
    bars = "".join(_bar(index, "on" if index < 6 - priority else "off") for index in range(5))
    drawing = f'<svg class="bars" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">{bars}</svg>'
    return Markup(drawing)  # noqa: S704 (numbers only)


def _bar(index: int, name: str) -> str:
    return f'<rect x="{index * 3}" y="{8 - index * 2}" width="2" height="{4 + index * 2}" class="{name}"/>'
