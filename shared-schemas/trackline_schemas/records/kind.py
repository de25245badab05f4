"""A kind of record as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from trackline_schemas.base import Command, View
from trackline_schemas.errors.reason import Reason
from trackline_schemas.errors.reasons.access import ADMINISTRATORS_ONLY
from trackline_schemas.errors.reasons.records import ALREADY_TAKEN
from trackline_schemas.filters.fields import Fields
from trackline_schemas.filters.tree import And, Filter
from trackline_schemas.viewer import Viewer

C = TypeVar("C", bound=Command)
U = TypeVar("U", bound=Command)
V = TypeVar("V", bound=View)
Values = Mapping[str, Any]


def administrators(viewer: Viewer, _values: Values) -> bool:
    return viewer.admin


def anybody(_viewer: Viewer, _values: Values) -> bool:
    """For kinds whose writes are checked before they come to the record."""
    return True


def everything(_viewer: Viewer) -> Filter:
    return And(all=[])


def no_rule(_values: Values) -> None:
    return


def as_given(_before: Values, given: dict[str, Any], _at: datetime) -> dict[str, Any]:
    return given


@dataclass(frozen=True)
class RecordKind(Generic[C, U, V]):
    """`name` is one word, as in "reply_template". The members of `update` are what a record keeps and what its history
    shows: a secret must not be one of them.

    `taken` is the reason when another record has the value of `unique`. `may_write` is asked with the values before
    and after a change. `readable` is what a viewer may list. `rule` raises ServiceError for values that do not go
    together. `resolve` returns what a change writes, from the document before it, what was asked for, and the time of
    the change: members that no history shows come from there. `filters` are the fields that a list can be filtered by.
    `references` is field → the kind that it names. `owner` is the service that keeps the records. `collection` is
    MongoDB's, and `address` the path of the REST API.
    """

    name: str
    event_type: str
    event: type[View]
    create: type[C]
    update: type[U]
    view: type[V]
    collection: str
    log: str
    address: str = ""
    owner: str = "tickets"
    unique: str = "name"
    taken: Reason = ALREADY_TAKEN
    forbidden: Reason = ADMINISTRATORS_ONLY
    may_be_empty: frozenset[str] = frozenset()
    may_write: Callable[[Viewer, Values], bool] = administrators
    readable: Callable[[Viewer], Filter] = everything
    rule: Callable[[Values], None] = no_rule
    resolve: Callable[[Values, dict[str, Any], datetime], dict[str, Any]] = as_given
    filters: Fields = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.update.model_fields)


AnyKind = RecordKind[Any, Any, Any]
