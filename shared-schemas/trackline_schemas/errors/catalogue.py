"""The catalogue of all reasons, by name."""

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
    """Returns None for an unknown name, such as that of another release."""
    return CATALOGUE.get(name)


def find_by_code(code: str) -> list[Reason]:
    """Returns the reasons with this code, ordered by name."""
    return sorted((reason for reason in CATALOGUE.values() if reason.code == code), key=lambda reason: reason.name)
