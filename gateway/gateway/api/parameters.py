"""Refuses what an operation would have to ignore or guess: a query parameter that it does not know, because a typo must
not select everything; a second value where it uses one; and a value in a form that JSON does not have."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fastapi import Request, params
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from gateway.kit.problems import MOST_ENTRIES
from trackline_schemas.errors import entry, reasons, refuse_entries
from trackline_schemas.errors.service_error import Entry
from trackline_schemas.plain_values import Form, form_of, is_list

# This name and all that begin with `filter[` are checked by `parse_filter`, if the operation takes filters. Several
# filters hold together.
_FILTER = "filter"
# `headers.py` reads every line of it.
_LIST_HEADER = "If-Match"


@dataclass(frozen=True)
class Taken:
    """What an operation takes: names in the order of the documentation, and which of them take several values or values
    of one form only."""

    names: tuple[str, ...]
    lists: frozenset[str]
    forms: dict[str, Form]
    path_forms: dict[str, Form]
    headers: tuple[str, ...]
    fields: tuple[str, ...]


# Function of an operation → what it takes.
_TAKEN: dict[Callable[..., Any], Taken] = {}


async def check_parameters(request: Request) -> None:
    """Raises ServiceError invalid, with an entry for each wrong parameter."""
    taken = _taken(request.scope["route"])
    wrong: list[Entry] = []
    if request.scope["query_string"]:
        wrong += islice(_in_query(request, taken), MOST_ENTRIES)
    if taken.path_forms and not wrong:
        wrong += _in_path(request, taken)
    if taken.headers:
        wrong += _in_headers(request, taken)
    if taken.fields:
        wrong += await _in_form(request, taken)
    if wrong:
        raise refuse_entries(wrong)


def _in_query(request: Request, taken: Taken) -> Iterator[Entry]:
    given = request.query_params.multi_items()
    for name, count in Counter(name for name, _ in given).items():
        if not _is_known(name, taken.names):
            yield _unknown(name, taken.names)
        elif count > 1 and name not in taken.lists and not name.startswith(_FILTER):
            yield entry(reasons.requests.PARAMETER_REPEATED, parameter=name, name=name)
    for name, value in given:
        form = taken.forms.get(name)
        if form and not form.matches(value):
            yield entry(form.reason, parameter=name)


def _in_path(request: Request, taken: Taken) -> Iterator[Entry]:
    for name, form in taken.path_forms.items():
        value = str(request.path_params[name])
        if not form.matches(value) and _is_number(value):
            yield {"path": name, **_without_place(entry(form.reason))}


def _is_number(value: str) -> bool:
    """Everything else is refused by Pydantic, after the question who is asking."""
    try:
        float(value)
    except ValueError:
        return False
    return True


def _in_headers(request: Request, taken: Taken) -> Iterator[Entry]:
    for name in taken.headers:
        if len(request.headers.getlist(name)) > 1:
            yield {"header": name, **_without_place(entry(reasons.requests.PARAMETER_REPEATED, name=name))}


async def _in_form(request: Request, taken: Taken) -> list[Entry]:
    # FastAPI has read the form already. RFC 6749 section 3.2 lets clients add fields, but not repeat them.
    form = await request.form()
    repeated = [name for name in taken.fields if len(form.getlist(name)) > 1]
    return [entry(reasons.requests.PARAMETER_REPEATED, pointer=f"/{name}", name=name) for name in repeated]


def _without_place(one: Entry) -> Entry:
    return {name: value for name, value in one.items() if name != "pointer"}


def _taken(route: APIRoute) -> Taken:
    taken = _TAKEN.get(route.endpoint)
    if taken is None:
        taken = _TAKEN[route.endpoint] = _read_route(route)
    return taken


def _read_route(route: APIRoute) -> Taken:
    extra = (route.openapi_extra or {}).get("parameters", [])
    dependants = [*_with_inner(route.dependant)]
    query = [field for one in dependants for field in one.query_params]
    return Taken(
        names=tuple(dict.fromkeys([*(field.alias for field in query), *(one["name"] for one in extra)])),
        lists=frozenset(field.alias for field in query if is_list(field.field_info.annotation)),
        forms=_forms(query),
        path_forms=_forms(field for one in dependants for field in one.path_params),
        headers=tuple(field.alias for one in dependants for field in one.header_params if field.alias != _LIST_HEADER),
        fields=tuple(
            field.alias for one in dependants for field in one.body_params if isinstance(field.field_info, params.Form)
        ),
    )


def _forms(fields: Iterable[Any]) -> dict[str, Form]:
    found = {field.alias: form_of(field.field_info.annotation) for field in fields}
    return {name: form for name, form in found.items() if form}


def _with_inner(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _with_inner(inner)


def _is_known(name: str, known: tuple[str, ...]) -> bool:
    return name in known or (name.startswith(f"{_FILTER}[") and _FILTER in known)


def _unknown(name: str, known: tuple[str, ...]) -> Entry:
    if not known:
        return entry(reasons.requests.PARAMETERS_NOT_TAKEN, parameter=name, name=name)
    return entry(reasons.requests.PARAMETER_UNKNOWN, parameter=name, name=name, parameters=known)
