"""Checks the people, teams and categories that a write names. The gateway does it, because the services that write
have no more than projections of them, which lag behind."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from gateway.clients.records import RecordsClient
from gateway.people.usecases.ports import Ports
from trackline_schemas.context import CallContext
from trackline_schemas.errors import Reason, ServiceError, entry, reasons, refuse, refuse_entries
from trackline_schemas.records.kinds.category import KIND as CATEGORY
from trackline_schemas.ticket.fields import LISTS, REFERENCES
from trackline_schemas.viewer import Viewer

_NOT_ACTIVE = {"person": reasons.people.NO_ACTIVE_PERSON, "team": reasons.people.NO_ACTIVE_TEAM}
_UNKNOWN = {"person": reasons.people.PERSON_UNKNOWN, "team": reasons.people.TEAM_UNKNOWN}


class Names(Protocol):
    """A command. `model_fields_set` holds the fields that the caller sent."""

    @property
    def model_fields_set(self) -> set[str]: ...


async def check_named(people: Ports, viewer: Viewer, command: Names, prefix: str = "") -> None:
    """Raises ServiceError invalid with the pointers of unknown or inactive people and teams. What requesters name is
    left to the service, which refuses it: they must not learn from here who exists."""
    if not viewer.agent or not list(_missing(people, command)):
        return
    # Another gateway may have created the person or team a moment ago.
    await people.directory.refresh()
    _refuse((f"{prefix}/{field}", _NOT_ACTIVE[what]) for field, what in _missing(people, command))


async def check_exist(people: Ports, named: Iterable[tuple[str, str, str]]) -> None:
    """Raises ServiceError invalid for what was never made; history may name whom and what is inactive by now. `named`
    holds pointer, person or team, and id."""
    wanted = list(named)
    if not list(_unknown(people, wanted)):
        return
    await people.directory.refresh()
    _refuse((pointer, _UNKNOWN[what]) for pointer, what in _unknown(people, wanted))


async def check_category(records: RecordsClient, context: CallContext, category_id: str) -> None:
    """Raises ServiceError invalid unless there is an active category with this id. Tickets need no such call, because
    the service that keeps them keeps the categories, too."""
    try:
        category = await records.get(context, CATEGORY, category_id)
    except ServiceError as error:
        if error.code != "not_found":
            raise
        category = None
    if category is None or not category.active:
        raise refuse(reasons.categories.CATEGORY_NOT_ACTIVE, pointer="/category_id", category=category_id)


def references(field: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yields (pointer, id) for each person, team or category that the value of a field names."""
    if field in LISTS:
        yield from ((f"{field}/{place}", key) for place, key in enumerate(value))
    else:
        yield field, value


def _refuse(problems: Iterable[tuple[str, Reason]]) -> None:
    entries = [entry(reason, pointer=pointer) for pointer, reason in problems]
    if entries:
        raise refuse_entries(entries)


def _unknown(people: Ports, named: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    for pointer, what, key in named:
        found = people.directory.team(key) if what == "team" else people.directory.user(key)
        if found is None:
            yield pointer, what


def _missing(people: Ports, command: Names) -> Iterator[tuple[str, str]]:
    for field in command.model_fields_set & REFERENCES.keys():
        named, what = getattr(command, field), REFERENCES[field]
        # The tickets service checks the categories of tickets itself, and `check_category` those of articles.
        if named is None or what == "category":
            continue
        for pointer, key in references(field, named):
            if not _is_active(people, what, key):
                yield pointer, what


def _is_active(people: Ports, what: str, key: str) -> bool:
    found = people.directory.team(key) if what == "team" else people.directory.user(key)
    return found is not None and found.active
