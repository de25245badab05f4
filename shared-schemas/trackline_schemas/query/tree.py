"""A query as data. Names of fields and of their values are the English ones, whatever somebody typed."""

from dataclasses import dataclass
from typing import Literal

Sign = Literal["", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Text:
    """A word, or a `phrase` that must occur as it is. `without` means that it must not occur."""

    text: str
    phrase: bool = False
    without: bool = False


@dataclass(frozen=True)
class Term:
    """`field` is a key of QUERY_FIELDS. One of the values must match. A value of a person, a team, a category, a tag, a
    place or a date stays as somebody typed it."""

    field: str
    values: tuple[str, ...]
    sign: Sign = ""
    without: bool = False


Part = Text | Term
Query = tuple[Part, ...]
