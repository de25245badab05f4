"""Whether the people and teams that a write names are there. Services only have projections of them, which lag."""

from collections.abc import Iterator
from typing import Protocol

from gateway.people import People
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

_PEOPLE = ("requester_id", "assignee_id")
_TEAMS = ("team_id",)


class Names(Protocol):
    """A command: its fields_set tells what the caller sent."""

    @property
    def model_fields_set(self) -> set[str]: ...


async def check_named(people: People, viewer: Viewer, command: Names, prefix: str = "") -> None:
    """Raises ServiceError invalid with the pointers of unknown or inactive people and teams. What requesters name is
    left to the service, which refuses it: they must not learn from here who exists."""
    if not viewer.agent or not list(_missing(people, command)):
        return
    # Another gateway may have made it a moment ago.
    await people.directory.refresh()
    errors = [
        {"pointer": f"{prefix}/{field}", "detail": f"There is no active {what} with this id."}
        for field, what in _missing(people, command)
    ]
    if errors:
        raise ServiceError("invalid", f"{errors[0]['pointer']}: {errors[0]['detail']}", {"errors": errors})


def _missing(people: People, command: Names) -> Iterator[tuple[str, str]]:
    for field in command.model_fields_set.intersection(_PEOPLE + _TEAMS):
        named = getattr(command, field)
        if named is None:
            continue
        found = people.directory.team(named) if field in _TEAMS else people.directory.user(named)
        if found is None or not found.active:
            yield field, "team" if field in _TEAMS else "person"
