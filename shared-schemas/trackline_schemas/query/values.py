"""Checks the value of a term, as far as that needs nothing but the query."""

from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.query.dates import is_date
from trackline_schemas.query.fields import QUERY_FIELDS
from trackline_schemas.query.names import Names
from trackline_schemas.query.write import quote

_DATES = ("2026-01-31", "2026-01", "2026-01-01..2026-01-31", "<7d", ">2w")


def is_certain(field: str, typed: str, names: Names) -> bool:
    """Returns whether only such a field has this value."""
    dated = QUERY_FIELDS[field].kind == "date" and is_date(typed)
    return dated or names.value(field, typed) is not None


def check_value(field: str, typed: str, names: Names) -> str:
    """Returns a value that the field knows by its English name, and any other as it is. Raises ServiceError."""
    known = names.value(field, typed)
    if known is not None:
        return known
    kind = QUERY_FIELDS[field].kind
    if kind in ("choice", "number") or (kind == "date" and not is_date(typed)):
        raise unknown_value(field, typed, names)
    return typed


def unknown_value(field: str, typed: str, names: Names, possible: list[str] | None = None) -> ServiceError:
    """`possible` are the values that only the caller knows, such as the names of teams."""
    kind = QUERY_FIELDS[field].kind
    values = [*names.words(field), *(_DATES if kind == "date" else ()), *map(quote, possible or ())]
    reason = reasons.filters.QUERY_PERSON_UNKNOWN if kind == "person" else reasons.filters.QUERY_VALUE_UNKNOWN
    return refuse(reason, parameter="q", name=names.field_word(field), value=typed, values=values)
