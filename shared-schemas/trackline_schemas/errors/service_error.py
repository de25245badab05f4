"""An expected failure, as it is raised and as it crosses a process."""

from collections.abc import Mapping
from typing import Any

from trackline_schemas.errors.codes import CODES
from trackline_schemas.errors.reason import Reason, Value
from trackline_schemas.errors.reasons.records import NOT_FOUND

Entry = dict[str, Any]


class ServiceError(Exception):
    """An expected failure: raise what `refuse` makes.

    `code` is a key of CODES. `message` tells a person in English what to mend. `reason` names the sentence in the
    catalogue, and `params` holds its parameters, so that a client can say the same in another language. `detail` is
    JSON-safe and becomes members of the problem: under `errors` it may hold entries (see `entry`).
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
    """An error to raise. `pointer` is the JSON pointer of the offending member, as in /changes/state, and `parameter`
    the name of an offending query parameter; one of them makes an entry."""
    members = dict(detail or {})
    if pointer is not None or parameter is not None:
        members["errors"] = [entry(reason, pointer=pointer, parameter=parameter, **params)]
    params = _plain(params)
    return ServiceError(reason.code, reason.render(params), members, reason.name, params)


def refuse_entries(entries: list[Entry]) -> ServiceError:
    """An error that says what its first entry says, for several values that are wrong at once. All are `invalid`."""
    first = entries[0]
    return ServiceError("invalid", first["detail"], {"errors": entries}, first["reason"], first["params"])


def not_found(what: str, key: str) -> ServiceError:
    """Also the answer for what the caller may not read, so that its existence stays unknown."""
    return refuse(NOT_FOUND, detail={what: key}, thing=what, key=key)


def entry(reason: Reason, *, pointer: str | None = None, parameter: str | None = None, **params: Value) -> Entry:
    """{"pointer" or "parameter": where, "detail": the English sentence, "reason": its name, "params": {…}}."""
    params = _plain(params)
    where = {"pointer": pointer} if parameter is None else {"parameter": parameter}
    return {**where, "detail": reason.render(params), "reason": reason.name, "params": params}


def to_wire(error: ServiceError) -> dict[str, Any]:
    """nameko's form of an error, so that any nameko client understands it. A gateway of the version before takes the
    three `exc_args` and ignores what stands beside them."""
    return {
        "exc_type": ServiceError.__name__,
        "exc_path": f"trackline_schemas.errors.{ServiceError.__name__}",
        "exc_args": [error.code, error.message, error.detail],
        "value": error.message,
        "reason": error.reason,
        "params": error.params,
    }


def from_wire(fields: Mapping[str, Any]) -> ServiceError | None:
    """None for the error of a service that did not expect it. A service of the version before sends no reason."""
    if fields.get("exc_type") != ServiceError.__name__:
        return None
    code, message, detail = fields["exc_args"][:3]
    return ServiceError(code, message, detail, fields.get("reason", ""), fields.get("params", {}))


def _plain(params: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: value if isinstance(value, str | int | float | None) else list(value) for name, value in params.items()
    }
