from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A broken rule. `reason` is the name of a reason in trackline_schemas.errors, and `params` are its parameters.
    `pointer` is the JSON pointer of the member that broke the rule. `detail` becomes part of the response."""

    def __init__(
        self, reason: str, pointer: str | None = None, *, detail: Mapping[str, Any] | None = None, **params: Any
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pointer = pointer
        self.detail = dict(detail or {})
        self.params = params
