"""A field as data: its type, who sets it, how it is found, and the name by which people know it.

The tables (ticket/fields.py, article_fields.py) are mappings from a field's name to its Field. Everything that has to
do with each field goes through such a mapping instead of naming fields, so that it also works for fields that an
installation defines at run time. Standard library only: the services' domains import this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# `keyword` is a short text that is compared as a whole, `keywords` a list of those, `text` prose. Prose cannot be
# filtered by, every other type can.
Type = Literal["keyword", "keywords", "text", "number", "date", "bool"]
FilterType = Literal["keyword", "number", "date", "bool"]
# `requester`: requesters and staff, within the rules of the service that owns it. `rules`: only these rules.
Setter = Literal["requester", "staff", "rules"]
Reference = Literal["person", "team", "category"]

_FILTER_TYPES: Mapping[Type, FilterType] = {
    "keyword": "keyword",
    "keywords": "keyword",
    "number": "number",
    "date": "date",
    "bool": "bool",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """Attributes that need a word:

    label            what people read; the portal translates it
    on_create        who may give a value to a new object; None: it begins empty or follows from other fields
    on_update        who may change it later; None: it is not changed, or is bookkeeping that no history tells
    may_be_empty     a change may set it to null
    with_field       the field that it belongs to: it is only changed together with that one
    staff_only       requesters never read it
    searchable       the full-text search finds it
    groupable        measures can be grouped by it
    indexed          few objects have the same value, so the store keeps an index of the values
    refers_to        its value is the id of one of these
    vocabulary       value → label, of a field that has only these values
    max_length       in characters, of each keyword in the case of `keywords`
    default_from     the member of the requester's profile that a new object takes over when its creator leaves it out
    """

    type: Type
    label: str = ""
    on_create: Setter | None = None
    on_update: Setter | None = None
    may_be_empty: bool = False
    with_field: str | None = None
    staff_only: bool = False
    searchable: bool = False
    groupable: bool = False
    indexed: bool = False
    refers_to: Reference | None = None
    vocabulary: Mapping[Any, str] = field(default_factory=dict)
    max_length: int | None = None
    default_from: str | None = None

    def __post_init__(self) -> None:
        if self.groupable and self.type not in ("keyword", "number", "bool"):
            raise TypeError(f"measures cannot be grouped by a field of type {self.type}")
        if self.searchable and (self.staff_only or self.type not in ("keyword", "keywords", "text")):
            raise TypeError("the full-text search looks in texts and keywords that requesters may read")

    @property
    def filter_type(self) -> FilterType | None:
        return _FILTER_TYPES.get(self.type)

    @property
    def tracked(self) -> bool:
        """Whether the history tells a change of it."""
        return self.on_update is not None

    @property
    def editable(self) -> bool:
        """Whether a person may change it."""
        return self.on_update in ("requester", "staff")


def filter_types(fields: Mapping[str, Field]) -> dict[str, FilterType]:
    """By name, of the fields that can be filtered by."""
    return {name: one.filter_type for name, one in fields.items() if one.filter_type}


def searchable_keywords(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields whose values the full-text search finds beside title and texts."""
    return tuple(name for name, one in fields.items() if one.searchable and one.type != "text")


def labels(fields: Mapping[str, Field]) -> dict[str, str]:
    """By name, of the fields that are shown to people."""
    return {name: one.label for name, one in fields.items() if one.label}
