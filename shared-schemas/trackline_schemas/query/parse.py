"""Reads a query. A word with a colon is a term if it begins with the name of a field: http://example.org is a word."""

import re
from collections.abc import Iterator
from typing import cast

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.query.fields import QUERY_FIELDS
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.tree import Part, Query, Sign, Term, Text
from trackline_schemas.query.values import check_value
from trackline_schemas.text.invisible import clean_line

# Phones and word processors write other quotes, and somebody who is still typing has not closed theirs.
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_VALUE = r'(?:"[^"]*(?:"|$)|[^\s,"]+)'
# A minus before a digit belongs to the word: -20 degrees.
PART = re.compile(
    rf"""(?P<minus>-(?=[^\W\d_]|"))?
    (?:(?P<name>[^\W\d_][\w-]*):(?P<sign>[<>]=?)?(?P<values>{_VALUE}(?:,{_VALUE})*),*(?=\s|$)
    |"(?P<phrase>[^"]*)(?:"[.,;:!?)\]…]*(?=\s|$)|"[,;]+(?=")|$)
    |(?P<word>\S+))""",
    re.VERBOSE,
)
_VALUES = re.compile(_VALUE)
MOST_PARTS = 50


def parse_query(text: str, names: Names = ENGLISH) -> Query:
    """Raises ServiceError invalid_filter for a name that is nearly that of a field, and for a value that its field does
    not know."""
    found = tuple(_parse(plain(text), names))
    if len([part for part in found if isinstance(part, Term) or part.phrase or part.without]) > MOST_PARTS:
        raise refuse(reasons.filters.QUERY_TOO_LONG, parameter="q", most=MOST_PARTS)
    return found


def plain(text: str) -> str:
    """Returns the text with one kind of quote and blank."""
    return clean_line(text).translate(QUOTES)


def _parse(text: str, names: Names) -> Iterator[Part]:
    for match in PART.finditer(text):
        part = _part(match, names)
        if not isinstance(part, Text) or part.text:
            yield part


def _part(match: re.Match[str], names: Names) -> Part:
    without = bool(match["minus"])
    if match["name"] is not None:
        return _term(match, names, without=without)
    if match["phrase"] is not None:
        return _phrase(match["phrase"], without=without)
    # Written again as it is, "paper"jam could be read otherwise beside other quotes.
    if match["word"].startswith('"'):
        return _phrase(match["word"], without=without)
    return Text(match["word"], without=without)


def _phrase(text: str, *, without: bool) -> Text:
    return Text(" ".join(text.replace('"', " ").split()), phrase=True, without=without)


def _term(match: re.Match[str], names: Names, *, without: bool) -> Part:
    field = names.field(match["name"])
    if field is None:
        _check_meant(match, names)
        return Text(match[0].removeprefix(match["minus"] or ""), without=without)
    values = tuple(filter(None, map(_unquote, _VALUES.findall(match["values"]))))
    sign = cast(Sign, match["sign"] or "")
    if not values:
        return Text(match[0].removeprefix(match["minus"] or ""), without=without)
    if sign and not QUERY_FIELDS[field].ordered:
        raise refuse(reasons.filters.QUERY_WITHOUT_ORDER, parameter="q", name=names.field_word(field), operator=sign)
    return Term(field, tuple(check_value(field, value, names) for value in values), sign, without)


def _check_meant(match: re.Match[str], names: Names) -> None:
    meant = names.nearest(match["name"])
    if meant:
        raise refuse(
            reasons.filters.QUERY_FIELD_UNKNOWN,
            parameter="q",
            name=match["name"],
            meant=meant,
            values=names.fields(),
        )


def _unquote(value: str) -> str:
    return " ".join(value.strip('"').split())
