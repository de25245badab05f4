"""Reads a query. A word with a colon is a term if it begins with the name of a field: http://example.org is a word."""

import re
from collections.abc import Iterator
from typing import cast

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.query.fields import QUERY_FIELDS
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.tree import Part, Query, Sign, Term, Text
from trackline_schemas.query.values import check_value, is_certain, is_meant
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
_OPTION = re.compile(r"(?<!\S)-(?P<option>[^\W\d_][^\s:]*)(?!\S)(?P<value>\s+(?![^\W\d_]{2,}:)[^\s\"-]\S*)?")
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


def _parse(text: str, names: Names) -> Iterator[Part]:
    command = _is_command(text)
    for match in PART.finditer(text):
        part = _part(match, names, command=command)
        if not isinstance(part, Text) or part.text:
            yield part


def _is_command(text: str) -> bool:
    """Returns whether somebody pasted a command with its options: `ping -t`, `powershell -ExecutionPolicy Bypass -File
    a.ps1`."""
    options = list(_OPTION.finditer(text))
    return any(len(one["option"]) == 1 for one in options) or len([one for one in options if one["value"]]) > 1


def _part(match: re.Match[str], names: Names, *, command: bool) -> Part:
    without = bool(match["minus"])
    if match["name"] is not None:
        return _term(match, names)
    if match["phrase"] is not None:
        return _phrase(match["phrase"], without=without)
    # Written again as it is, "paper"jam could be read otherwise beside other quotes.
    if match["word"].startswith('"'):
        return _phrase(match["word"], without=without)
    if without and (command or match["word"].endswith("-")):
        return Text(match[0])
    return Text(match["word"], without=without)


def _phrase(text: str, *, without: bool) -> Text:
    return Text(" ".join(text.replace('"', " ").split()), phrase=True, without=without)


def _term(match: re.Match[str], names: Names) -> Part:
    without, sign = bool(match["minus"]), cast(Sign, match["sign"] or "")
    values = _VALUES.findall(match["values"])
    field = names.field(match["name"])
    if field is None:
        _check_meant(match["name"], values, names)
    if field is None or not any(_is_meant(field, value, sign, names) for value in values):
        return Text(match[0].removeprefix("-"), without=without)
    if sign and not QUERY_FIELDS[field].ordered:
        raise refuse(reasons.filters.QUERY_WITHOUT_ORDER, parameter="q", name=names.field_word(field), operator=sign)
    known = tuple(check_value(field, value, names) for value in map(_unquote, values) if value)
    return Term(field, known, sign, without)


def _is_meant(field: str, value: str, sign: Sign, names: Names) -> bool:
    typed = _unquote(value)
    quoted = value.startswith('"') and QUERY_FIELDS[field].kind == "text"
    return bool(typed) and (quoted or is_meant(field, typed, sign, names))


def _check_meant(name: str, values: list[str], names: Names) -> None:
    """A name with a slip is refused before a value that only the field knows."""
    meant = names.nearest(name)
    if meant and any(is_certain(meant, _unquote(value), names) for value in values):
        raise refuse(
            reasons.filters.QUERY_FIELD_UNKNOWN,
            parameter="q",
            name=name,
            meant=names.field_word(meant),
            values=names.fields(),
        )


def _unquote(value: str) -> str:
    return " ".join(value.strip('"').split())
