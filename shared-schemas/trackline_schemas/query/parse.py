"""Reads a query. A word with a colon is a term if it begins with the name of a field: http://example.org is a word."""

import re
from collections.abc import Iterator
from typing import cast

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.query.fields import QUERY_FIELDS
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.tree import Part, Query, Sign, Term, Text
from trackline_schemas.query.values import check_value, is_certain
from trackline_schemas.text.invisible import clean_line

# Phones and word processors write other quotes, and somebody who is still typing has not closed theirs.
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_VALUE = r'(?:"[^"]*(?:"|$)|[^\s,"]+)'
# A minus before a digit or a single letter belongs to the word: -20 degrees, ping -t.
PART = re.compile(
    rf"""(?P<minus>-(?=[^\W\d_][\w'’-]|"))?
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
    if sum(map(_count, found)) > MOST_PARTS:
        raise refuse(reasons.filters.QUERY_TOO_LONG, parameter="q", most=MOST_PARTS)
    return found


def _count(part: Part) -> int:
    """Each value may be a name that is looked up."""
    return len(part.values) if isinstance(part, Term) else int(part.phrase or part.without)


def plain(text: str) -> str:
    """Returns the text with one kind of quote and blank."""
    return clean_line(text).translate(QUOTES)


def find_marked(text: str, names: Names = ENGLISH) -> list[str]:
    """Returns what is no plain word, as somebody typed it, whether it is understood or not."""
    return [match[0] for match in PART.finditer(plain(text)) if _is_marked(match, names)]


def _is_marked(match: re.Match[str], names: Names) -> bool:
    name = match["name"]
    return bool(match["minus"] or match["phrase"] or (name and (names.field(name) or names.nearest(name))))


def _parse(text: str, names: Names) -> Iterator[Part]:
    for match in PART.finditer(text):
        part = _part(match, names)
        if not isinstance(part, Text) or part.text:
            yield part


def _part(match: re.Match[str], names: Names) -> Part:
    without = bool(match["minus"])
    if match["name"] is not None:
        return _term(match, names)
    if match["phrase"] is not None:
        return _phrase(match["phrase"], without=without)
    # Written again as it is, "paper"jam could be read otherwise beside other quotes.
    if match["word"].startswith('"'):
        return _phrase(match["word"], without=without)
    return Text(match["word"], without=without)


def _phrase(text: str, *, without: bool) -> Text:
    return Text(" ".join(text.replace('"', " ").split()), phrase=True, without=without)


def _term(match: re.Match[str], names: Names) -> Part:
    without, sign = bool(match["minus"]), cast(Sign, match["sign"] or "")
    values = [value for value in map(_unquote, _VALUES.findall(match["values"])) if value]
    field = names.field(match["name"])
    if field is None:
        _check_meant(match["name"], values, names)
    if field is None or not values:
        return Text(match[0].removeprefix("-"), without=without)
    if sign and not QUERY_FIELDS[field].ordered:
        raise refuse(reasons.filters.QUERY_WITHOUT_ORDER, parameter="q", name=names.field_word(field), operator=sign)
    return Term(field, tuple(check_value(field, value, names) for value in values), sign, without)


def _check_meant(name: str, values: list[str], names: Names) -> None:
    """A name with a slip is refused before a value that only the field knows."""
    meant = names.nearest(name)
    if meant and any(is_certain(meant, value, names) for value in values):
        raise refuse(
            reasons.filters.QUERY_FIELD_UNKNOWN,
            parameter="q",
            name=name,
            meant=names.field_word(meant),
            values=names.fields(),
        )


def _unquote(value: str) -> str:
    return " ".join(value.strip('"').split())
