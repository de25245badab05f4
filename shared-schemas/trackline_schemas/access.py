"""The only rules of who may read what. Each service compiles them to its own store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from trackline_schemas.events import TICKET_CREATED, Event, Sight
from trackline_schemas.filters.fields import check_filter
from trackline_schemas.filters.memory import matches
from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or, fields_of
from trackline_schemas.ticket.fields import STAFF_FIELDS, TICKET_FIELDS
from trackline_schemas.viewer import Viewer

# The fields that the rules for tickets look at: only a change of these can hide a ticket from somebody.
DECIDING = ("team_id", "requester_id", "participant_ids")

NOTHING: Filter = Or(any=[])

T = TypeVar("T")


def readable(viewer: Viewer, teams: Mapping[str, bool]) -> Filter:
    """Returns the filter for the tickets that the viewer may read. `teams` maps the id of each team that the service
    knows to whether it is confidential. An unknown team counts as confidential."""
    own = [_equals(field, viewer.id) for field in ("requester_id", "participant_ids")]
    return Or(any=[*own, readable_as_staff(viewer, teams)])


def readable_as_staff(viewer: Viewer, teams: Mapping[str, bool]) -> Filter:
    """Returns the filter for the tickets of which the viewer may also read internal notes and staff fields."""
    if not viewer.agent:
        return NOTHING
    open_teams = {team_id for team_id, confidential in teams.items() if not confidential}
    no_team = Not(filter=Condition(field="team_id", op="is_set", value=True))
    own_or_open = Condition(field="team_id", op="in", value=sorted(open_teams | set(viewer.teams)))
    return Or(any=[no_team, own_or_open])


def scoped(
    filter: Filter | None, viewer: Viewer, teams: Mapping[str, bool], answer_fields: Iterable[str] = ()
) -> Filter:
    """Returns the checked filter, limited to the tickets about which the viewer may get the answer. `answer_fields`
    are the other fields that the answer depends on, by which it is sorted, grouped or counted.

    The results of a filter on a staff field would reveal its value to a requester. So if one of these fields is only
    for staff, the answer covers only the tickets of which the viewer is staff. Raises ServiceError invalid_filter.
    """
    asked = check_filter(filter, TICKET_FIELDS)
    used = fields_of(asked).union(answer_fields)
    rule = readable if used.isdisjoint(STAFF_FIELDS) else readable_as_staff
    return And(all=[asked, rule(viewer, teams)])


def without_staff_fields(fields: Mapping[str, T]) -> dict[str, T]:
    return {name: value for name, value in fields.items() if name not in STAFF_FIELDS}


def readable_articles(viewer: Viewer) -> Filter:
    """Returns the filter for the articles that the viewer may read. Requesters read published articles for everybody.
    Agents also read drafts, internal articles and those of their teams."""
    public = _equals("visibility", "public")
    if not viewer.agent:
        return And(all=[public, _equals("state", "published")])
    of_teams = And(
        all=[
            _equals("visibility", "team"),
            Condition(field="team_id", op="in", value=sorted(viewer.teams)),
        ]
    )
    return Or(any=[public, _equals("visibility", "internal"), of_teams])


@dataclass(frozen=True)
class TicketChange:
    """The parts of a ticket event that decide who sees it. `before` is None if the event created the ticket.
    `for_requesters` is false if only staff may know about the event."""

    after: Mapping[str, Any]
    before: Mapping[str, Any] | None
    for_requesters: bool

    @classmethod
    def of(cls, event: Event) -> "TicketChange":
        """Raises KeyError if the data has no ticket."""
        after, changes = event.data["ticket"], event.data.get("changes") or {}
        created = event.type == TICKET_CREATED
        before = None if created else {**after, **{name: pair[0] for name, pair in changes.items()}}
        comment = event.data.get("comment") or {}
        public = comment.get("visibility") == "public" or bool(without_staff_fields(changes))
        return cls(after, before, for_requesters=created or public)


@dataclass(frozen=True)
class Eyes:
    """A viewer with the rules for tickets. Equal objects see the same tickets."""

    viewer: Viewer
    all: Filter = field(repr=False)
    as_staff: Filter = field(repr=False)

    @classmethod
    def of(cls, viewer: Viewer, teams: Mapping[str, bool]) -> "Eyes":
        return cls(viewer, readable(viewer, teams), readable_as_staff(viewer, teams))

    def see(self, change: TicketChange) -> Sight | None:
        """Returns None if the viewer may not know about the event."""
        if matches(self.all, change.after):
            return "ticket" if change.for_requesters or matches(self.as_staff, change.after) else None
        if change.before is not None and matches(self.all, change.before):
            return "ticket.hidden"
        return None


def _equals(field: str, value: str) -> Filter:
    return Condition(field=field, op="eq", value=value)
