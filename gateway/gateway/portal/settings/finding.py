"""Finds areas of the settings by what somebody calls them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.portal.kit.i18n import gettext
from gateway.portal.settings.area import Area
from trackline_schemas.text.keys import has_words, search_text, search_words


@dataclass(frozen=True)
class Found:
    """`label` is what a page of the area says, if neither its title nor its text has the words."""

    area: Area
    label: str = ""


def find(areas: Sequence[Area], q: str) -> list[Found]:
    """Returns first the areas whose title or text has all the words, then those with a page that has them."""
    wanted = search_words(q)
    hits = [hit for area in areas for hit in _look_at(area, wanted)]
    return sorted(hits, key=lambda hit: bool(hit.label))


def _look_at(area: Area, wanted: Sequence[tuple[str, ...]]) -> Iterator[Found]:
    if _has(wanted, area.title, area.text, area.also):
        yield Found(area)
        return
    labels = [label for label in map(gettext, area.labels) if _has(wanted, label)]
    if labels:
        yield Found(area, min(labels, key=len))


def _has(wanted: Sequence[tuple[str, ...]], *messages: str) -> bool:
    return has_words(search_text(*map(gettext, filter(None, messages))), wanted)
