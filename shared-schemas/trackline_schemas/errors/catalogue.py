"""All reasons by their names."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from trackline_schemas.errors import reasons
from trackline_schemas.errors.reason import Reason


def _modules() -> Iterator[ModuleType]:
    return (part for part in vars(reasons).values() if isinstance(part, ModuleType))


def _all() -> Iterator[Reason]:
    return (value for module in _modules() for value in vars(module).values() if isinstance(value, Reason))


CATALOGUE: Mapping[str, Reason] = {reason.name: reason for reason in _all()}


def find(name: str) -> Reason | None:
    """None for a reason of another version of Trackline."""
    return CATALOGUE.get(name)


def of_code(code: str) -> list[Reason]:
    """By name."""
    return sorted((reason for reason in CATALOGUE.values() if reason.code == code), key=lambda reason: reason.name)
