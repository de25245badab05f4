"""Expected failures: their codes, the catalogue of reasons, and the exception that carries a reason."""

from trackline_schemas.errors import reasons
from trackline_schemas.errors.catalogue import CATALOGUE, find, find_by_code
from trackline_schemas.errors.codes import CODES, Code
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.service_error import (
    ServiceError,
    entry,
    from_wire,
    not_found,
    refuse,
    refuse_entries,
    to_wire,
)
from trackline_schemas.errors.validation import not_valid, pointer, reason_of, value_error

__all__ = [
    "CATALOGUE",
    "CODES",
    "Code",
    "Reason",
    "ServiceError",
    "Value",
    "entry",
    "find",
    "find_by_code",
    "from_wire",
    "not_found",
    "not_valid",
    "pointer",
    "reason_of",
    "reasons",
    "refuse",
    "refuse_entries",
    "to_wire",
    "value_error",
]
