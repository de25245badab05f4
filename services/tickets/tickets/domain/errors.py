from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A rule was broken. `code` is a stable word for programs, `message` tells a person how to mend it,
    `pointer` is the JSON pointer of the member that broke it."""

    def __init__(
        self, code: str, message: str, pointer: str | None = None, detail: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = pointer
        self.detail = dict(detail or {})


def invalid(pointer: str, message: str) -> DomainError:
    return DomainError("invalid", message, pointer)


def forbidden(message: str, pointer: str | None = None) -> DomainError:
    return DomainError("forbidden", message, pointer)
