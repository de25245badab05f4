"""Expected failures, as they cross process boundaries, and the HTTP status of each."""

from collections.abc import Mapping
from typing import Any

# One table for all services: the gateway answers problem+json with this status and the code as problem type.
HTTP_STATUS: Mapping[str, int] = {
    "malformed": 400,
    "invalid_cursor": 400,
    "invalid_filter": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "ticket_closed": 409,
    "transition_not_allowed": 409,
    "version_conflict": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "key_reused": 422,
    "throttled": 429,
    "internal": 500,
    "unavailable": 503,
    "outcome_unknown": 503,
    "timeout": 504,
}


class ServiceError(Exception):
    """An expected failure: `code` is a key of HTTP_STATUS, `message` tells a person how to mend it.

    `detail` is JSON-safe; under `errors` it may hold [{"pointer": "/title", "detail": "…"}] (RFC 9457).
    """

    def __init__(self, code: str, message: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, message, dict(detail or {}))
        self.code = code
        self.message = message
        self.detail = dict(detail or {})

    @property
    def status(self) -> int:
        return HTTP_STATUS.get(self.code, 500)


def not_found(what: str, key: str) -> ServiceError:
    """Also the answer for what the caller may not read, so that its existence stays unknown."""
    return ServiceError("not_found", f"There is no {what} {key}, or you may not see it.", {what: key})


def invalid(pointer: str, message: str) -> ServiceError:
    """`pointer` is the JSON pointer of the offending member, as in /changes/state."""
    return ServiceError("invalid", message, {"errors": [{"pointer": pointer, "detail": message}]})
