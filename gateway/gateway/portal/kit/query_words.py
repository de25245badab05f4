"""The words of a query in the language of the reader, and its parts as chips."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from gateway.portal.kit import i18n
from gateway.portal.kit.i18n import gettext
from trackline_schemas.query import Names, Part, Query, Term, Text, write_query


class Shown(NamedTuple):
    """A part of a query for readers: Team, "network", and the query without this part."""

    field: str
    words: str
    rest: str


def names() -> Names:
    return _names(i18n.language().code)


@cache
def _names(code: str) -> Names:
    return Names(i18n.LANGUAGES[code].translations.gettext)


def show_parts(query: Query, written: Names, only: Callable[[Part], bool] = lambda _: True) -> list[Shown]:
    """`written` is the language of the queries without a part."""
    return [
        Shown(_field(part), _words(part), write_query((*query[:index], *query[index + 1 :]), written))
        for index, part in enumerate(query)
        if only(part)
    ]


def _field(part: Part) -> str:
    if isinstance(part, Term):
        return names().label(part.field)
    return gettext("Phrase") if part.phrase else gettext("Text")


def _words(part: Part) -> str:
    shown = part.text if isinstance(part, Text) else _values(part)
    return gettext("not %(words)s") % {"words": shown} if part.without else shown


def _values(term: Term) -> str:
    sign = {"<=": "≤", ">=": "≥"}.get(term.sign, term.sign)
    return f"{sign} {_join(term)}" if sign else _join(term)


def _join(term: Term) -> str:
    return ", ".join(names().value_label(term.field, value) for value in term.values)
