"""The exception for expected failures, and its form in a message."""

from collections.abc import Mapping
from typing import Any

from trackline_schemas.errors.codes import CODES
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.reasons.records import NOT_FOUND

Entry = dict[str, Any]


class ServiceError(Exception):
    """An expected failure. Use `refuse` to create one.

    `code` is a key of CODES. `message` tells a person in English what is wrong. `reason` is the name of the reason in
    the catalogue, and `params` are its parameters, so that a client can render the message in another language.
    `detail` is JSON-safe and becomes members of the problem. Its member `errors` may hold entries (see `entry`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        detail: Mapping[str, Any],
        reason: str,
        params: Mapping[str, Any],
    ) -> None:
        super().__init__(code, message, dict(detail), reason, dict(params))
        self.code = code
        self.message = message
        self.detail = dict(detail)
        self.reason = reason
        self.params = dict(params)

    @property
    def status(self) -> int:
        return CODES[self.code].status if self.code in CODES else 500


def refuse(
    reason: Reason,
    *,
    pointer: str | None = None,
    parameter: str | None = None,
    detail: Mapping[str, Any] | None = None,
    **params: Value,
) -> ServiceError:
    """Returns an error to raise. `pointer` is the JSON pointer of the wrong member, such as /changes/state, and
    `parameter` is the name of the wrong query parameter. If one of them is given, the error gets an entry."""
    members = dict(detail or {})
    if pointer is not None or parameter is not None:
        members["errors"] = [entry(reason, pointer=pointer, parameter=parameter, **params)]
    params = _to_lists(params)
    return ServiceError(reason.code, reason.render(params), members, reason.name, params)


def refuse_entries(entries: list[Entry]) -> ServiceError:
    """Returns one error with code `invalid` for several wrong values. Its message is that of the first entry."""
    first = entries[0]
    return ServiceError("invalid", first["detail"], {"errors": entries}, first["reason"], first["params"])


def not_found(what: str, key: str) -> ServiceError:
    """Returns an error to raise. It is also used for objects that the caller may not read, so that their existence
    stays unknown."""
    return refuse(NOT_FOUND, detail={what: key}, thing=what, key=key)


def entry(reason: Reason, *, pointer: str | None = None, parameter: str | None = None, **params: Value) -> Entry:
    """Returns {"pointer" or "parameter": …, "detail": the English sentence, "reason": the name, "params": {…}}."""
    params = _to_lists(params)
    where = {"pointer": pointer} if parameter is None else {"parameter": parameter}
    return {**where, "detail": reason.render(params), "reason": reason.name, "params": params}


def to_wire(error: ServiceError) -> dict[str, Any]:
    """Returns the error in nameko's form, so that any nameko client understands it. A gateway of the previous release
    uses the three `exc_args` and ignores the other members."""
    return {
        "exc_type": ServiceError.__name__,
        "exc_path": f"trackline_schemas.errors.{ServiceError.__name__}",
        "exc_args": [error.code, error.message, error.detail],
        "value": error.message,
        "reason": error.reason,
        "params": error.params,
    }


def from_wire(fields: Mapping[str, Any]) -> ServiceError | None:
    """Returns None for an unexpected error. A service of the previous release sends no reason."""
    if fields.get("exc_type") != ServiceError.__name__:
        return None
    code, message, detail = fields["exc_args"][:3]
    return ServiceError(code, message, detail, fields.get("reason", ""), fields.get("params", {}))


def _to_lists(params: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: value if isinstance(value, str | int | float | None) else list(value) for name, value in params.items()
    }
