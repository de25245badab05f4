from typing import Any


class DomainError(Exception):
    """A broken rule. `reason` is the name of a reason in trackline_schemas.errors, `params` are its parameters, and
    `pointer` is the JSON pointer of the member that broke the rule."""

    def __init__(self, reason: str, pointer: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pointer = pointer
        self.params = params
