"""Expected failures: their codes, the catalogue of their sentences, and the exception that carries one of them."""

from collections.abc import Mapping

from trackline_schemas.errors import reasons
from trackline_schemas.errors.catalogue import CATALOGUE, find, of_code
from trackline_schemas.errors.codes import CODES, Code
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.service_error import ServiceError, entry, from_wire, refuse, refuse_entries, to_wire
from trackline_schemas.errors.validation import reason_of, value_error

__all__ = [
    "CATALOGUE",
    "CODES",
    "HTTP_STATUS",
    "Code",
    "Reason",
    "ServiceError",
    "Value",
    "entry",
    "find",
    "from_wire",
    "invalid",
    "not_found",
    "of_code",
    "reason_of",
    "reasons",
    "refuse",
    "refuse_entries",
    "to_wire",
    "value_error",
]

# Until all raise by reason.
HTTP_STATUS: Mapping[str, int] = {code.name: code.status for code in CODES.values()}


def not_found(what: str, key: str) -> ServiceError:
    """Also the answer for what the caller may not read, so that its existence stays unknown."""
    return refuse(reasons.records.NOT_FOUND, detail={what: key}, thing=what, key=key)


def invalid(pointer: str, message: str) -> ServiceError:
    """`pointer` is the JSON pointer of the offending member, as in /changes/state."""
    return ServiceError("invalid", message, {"errors": [{"pointer": pointer, "detail": message}]})
