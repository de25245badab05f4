from typing import Any


class DomainError(Exception):
    """A rule was broken. `reason` is the name of a sentence in trackline_schemas.errors, `params` are its parameters,
    and `pointer` is the JSON pointer of the member that has to change."""

    def __init__(self, reason: str, pointer: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pointer = pointer
        self.params = params
