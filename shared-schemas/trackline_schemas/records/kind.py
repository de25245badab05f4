"""The description of a kind of record as data."""

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
    """For kinds whose writes are checked elsewhere."""
    return True


def everything(_viewer: Viewer) -> Filter:
    return And(all=[])


def no_rule(_values: Values) -> None:
    return


def as_given(_before: Values, given: dict[str, Any], _at: datetime) -> dict[str, Any]:
    return given


@dataclass(frozen=True)
class RecordKind(Generic[C, U, V]):
    """`name` is a single word such as "reply_template". The history shows all members of `update`, so a secret must not
    be one of them.

    `taken` is the reason of the error if another record has the same value of the field `unique`. `may_write` is called
    with the values before and after a change. `readable` returns the filter for the records that a viewer may read.
    `rule` raises ServiceError for values that do not fit together. `resolve` returns what a change writes. It takes the
    document before the change, the members that the caller gave, and the time, and may add members that are no fields
    and so appear in no history. `filters` are the fields that filters can use. `references` is field → the kind that it
    refers to. `owner` is the service that keeps the records. `collection` and `log` are collections of MongoDB, and
    `address` is the path of the REST API.
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
