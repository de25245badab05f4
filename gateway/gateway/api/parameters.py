"""Refuses query parameters that an operation does not know: a typo must not select everything."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from trackline_schemas.errors import entry, reasons, refuse_entries

# This name and all that begin with `filter[` are checked by `parse_filter`, if the operation takes filters.
_FILTER = "filter"
# Function of an operation → its parameters.
_KNOWN: dict[Callable[..., Any], tuple[str, ...]] = {}


async def check_parameters(request: Request) -> None:
    """Raises ServiceError invalid, with an entry for each unknown parameter."""
    if not request.scope["query_string"]:
        return
    known = _known_parameters(request.scope["route"])
    unknown = [name for name in dict.fromkeys(request.query_params) if not _is_known(name, known)]
    if unknown:
        raise refuse_entries([_entry(name, known) for name in unknown[:50]])


def _known_parameters(route: APIRoute) -> tuple[str, ...]:
    """Returns the names in the order of the documentation."""
    known = _KNOWN.get(route.endpoint)
    if known is None:
        extra = (route.openapi_extra or {}).get("parameters", [])
        known = tuple(dict.fromkeys([*_declared(route.dependant), *(one["name"] for one in extra)]))
        _KNOWN[route.endpoint] = known
    return known


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _declared(inner)


def _is_known(name: str, known: tuple[str, ...]) -> bool:
    return name in known or (name.startswith(f"{_FILTER}[") and _FILTER in known)


def _entry(name: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not known:
        return entry(reasons.requests.PARAMETERS_NOT_TAKEN, parameter=name, name=name)
    return entry(reasons.requests.PARAMETER_UNKNOWN, parameter=name, name=name, parameters=known)
