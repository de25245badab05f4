"""Writes a query. What is written is read as the same query."""

import re

from trackline_schemas.query.fields import QUERY_FIELDS
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.tree import Part, Query, Text

_BARE = re.compile(r'[^\s,"<>][^\s,"]*')


def write_query(query: Query, names: Names = ENGLISH) -> str:
    return " ".join(write_part(part, names) for part in query)


def write_part(part: Part, names: Names = ENGLISH) -> str:
    minus = "-" if part.without else ""
    if isinstance(part, Text):
        return f'{minus}"{part.text}"' if part.phrase else minus + part.text
    values = ",".join(_value(part.field, names.value_word(part.field, value)) for value in part.values)
    return f"{minus}{names.field_word(part.field)}:{part.sign}{values}"


def _value(field: str, word: str) -> str:
    return word if QUERY_FIELDS[field].kind == "date" else quote(word)


def quote(value: str) -> str:
    """Returns a value of a term, in quotes where it would be read otherwise. A quote inside is left out: names are
    compared without them."""
    return value if _BARE.fullmatch(value) else f'"{value.replace(chr(34), "")}"'
