"""The description of a field as data: its type, who may set it, how it can be found, and its label.

The tables in ticket/fields.py and article_fields.py map the name of each field to its Field. Code that treats all
fields alike uses these tables instead of naming fields, so that it also works for fields that an installation defines
at run time. Uses only the standard library, because the services' domains import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# `keyword` is a short text that is compared as a whole, `keywords` is a list of them, and `text` is prose. Filters work
# on every type except prose.
Type = Literal["keyword", "keywords", "text", "number", "date", "bool"]
FilterType = Literal["keyword", "number", "date", "bool"]
# `requester` means requesters and staff, within the rules of the service. `rules` means that only these rules set it.
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
    """The attributes:

    label            the name that people read; the portal translates it
    on_create        who may set it on a new object; None means that it begins empty or follows from other fields
    on_update        who may change it later; None means that nobody does, or that no history shows the change
    may_be_empty     a change may set it to null
    with_field       it can only be changed together with this field
    staff_only       requesters never read it
    searchable       the full-text search finds its value
    groupable        measures can be grouped by it
    indexed          few objects have the same value, so the store keeps an index on it
    refers_to        its value is the id of a person, a team or a category
    vocabulary       value → label, for a field that has only these values
    max_length       in characters; for `keywords` it limits each keyword
    default_from     the member of the requester's profile that is used if the creator leaves the field out
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
        """Whether the history shows changes of the field."""
        return self.on_update is not None

    @property
    def editable(self) -> bool:
        """Whether a person may change the field."""
        return self.on_update in ("requester", "staff")


def filter_types(fields: Mapping[str, Field]) -> dict[str, FilterType]:
    """Maps the name of each field that filters can use to its type."""
    return {name: one.filter_type for name, one in fields.items() if one.filter_type}


def searchable_keywords(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Returns the names of the keyword fields that the full-text search covers in addition to prose."""
    return tuple(name for name, one in fields.items() if one.searchable and one.type != "text")


def labels(fields: Mapping[str, Field]) -> dict[str, str]:
    """Maps the name of each field that has a label to that label."""
    return {name: one.label for name, one in fields.items() if one.label}
