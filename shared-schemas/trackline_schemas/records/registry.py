"""The kinds of records that a service keeps. Each module of `kinds` defines one, as KIND. The gateway defines its own
kinds (people, teams, API keys, the organisation) next to their models."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from trackline_schemas.errors import not_found
from trackline_schemas.records import kinds
from trackline_schemas.records.kind import AnyKind


def _all() -> list[AnyKind]:
    names = sorted(found.name for found in iter_modules(kinds.__path__))
    return [import_module(f"{kinds.__name__}.{name}").KIND for name in names]


KINDS: Mapping[str, AnyKind] = {kind.name: kind for kind in _all()}


def kept_by(service: str) -> Mapping[str, AnyKind]:
    """Returns the kinds whose owner is this service, by name."""
    return {name: kind for name, kind in KINDS.items() if kind.owner == service}


def kind_of(name: str) -> AnyKind:
    """Raises ServiceError not_found."""
    if name not in KINDS:
        raise not_found("kind", name)
    return KINDS[name]
