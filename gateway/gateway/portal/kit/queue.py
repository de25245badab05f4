"""The views of the desk, and the filters in the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.visit import Visit
from trackline_schemas.categories import Category
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.fields import Reference
from trackline_schemas.filters import TICKET_FIELDS, And, Condition, Filter, Not, Or, from_query
from trackline_schemas.ticket.fields import REFERENCES
from trackline_schemas.ticket.states import ACTIVE_STATES

ACTIVE = Condition(field="state", op="in", value=list(ACTIVE_STATES))
UNASSIGNED = Not(filter=Condition(field="assignee_id", op="is_set", value=True))


@dataclass(frozen=True)
class View:
    """`empty` is the sentence that an empty view shows. `counted` is the filter of its counter, if that is another."""

    slug: str
    name: str
    icon: str
    filter: Filter
    sort: str = "-updated_at"
    empty: str = noop("This view is empty.")
    counted: Filter | None = None

    @property
    def address(self) -> str:
        return f"/desk/{self.slug}"


def _equals(field: str, value: str) -> Condition:
    return Condition(field=field, op="eq", value=value)


def views(visit: Visit) -> list[View]:
    me = visit.viewer.id
    return [
        View(
            "mine",
            noop("Mine"),
            "user-round",
            And(all=[_equals("assignee_id", me), ACTIVE]),
            empty=noop("Nothing needs your reply."),
        ),
        View(
            "unassigned",
            noop("Unassigned"),
            "inbox",
            And(all=[UNASSIGNED, ACTIVE]),
            "created_at",
            noop("Every ticket is assigned to somebody."),
            counted=And(all=[UNASSIGNED, ACTIVE, _takeable(visit)]),
        ),
        View("open", noop("All open"), "circle-dot", ACTIVE, empty=noop("No ticket is open.")),
        View(
            "waiting",
            noop("Waiting for requester"),
            "clock",
            _equals("state", "pending"),
            empty=noop("No ticket is waiting for its requester."),
        ),
        View(
            "resolved",
            noop("Recently resolved"),
            "circle-check",
            _equals("state", "resolved"),
            empty=noop("No ticket was resolved recently."),
        ),
    ]


def _takeable(visit: Visit) -> Filter:
    """Returns the filter for the tickets that the viewer may change (gateway.actions.rights.may_write)."""
    teams = visit.parts.people.directory.teams()
    of_team = [team_id for team_id in teams if visit.viewer.has_role(team_id, "reply", teams)]
    of_nobody = Not(filter=Condition(field="team_id", op="is_set", value=True))
    of_all: list[Filter] = [of_nobody] if visit.viewer.has_role(None, "reply", teams) else []
    return Or(any=[*of_all, Condition(field="team_id", op="in", value=sorted(of_team))])


def team_views(visit: Visit) -> list[View]:
    """Returns a view for each team of the viewer. Administrators also get those of teams that are not confidential."""
    teams = [
        team
        for team in visit.parts.people.directory.all_teams()
        if team.active and (team.id in visit.viewer.teams or (visit.viewer.admin and not team.confidential))
    ]
    return [
        View(f"team-{team.id}", team.name, "users-round", And(all=[_equals("team_id", team.id), ACTIVE]))
        for team in teams
    ]


def find(visit: Visit, slug: str) -> View:
    for view in views(visit):
        if view.slug == slug:
            return replace(view, name=gettext(view.name), empty=gettext(view.empty))
    for view in team_views(visit):
        if view.slug == slug:
            return replace(view, empty=gettext(view.empty))
    raise refuse(reasons.tickets.VIEW_UNKNOWN)


@dataclass(frozen=True)
class Chip:
    """One filter in the URL. `without` is the address without this filter."""

    field: str
    words: str
    without: str


def url_filter(request: Request, me: str) -> Filter:
    return from_query(_parameters(request), TICKET_FIELDS, me)


def _parameters(request: Request) -> list[tuple[str, str]]:
    """Returns the parameters of the URL without empty ones, which a list sends when it is left on "any"."""
    return [(name, value) for name, value in request.query_params.multi_items() if value and name != "page[after]"]


def chips(visit: Visit, categories: Sequence[Category]) -> list[Chip]:
    pairs = _parameters(visit.request)
    naming = value_namer(visit, categories)
    return [
        Chip(
            words.label(words.FIELDS, _field(name)),
            _values(naming, name, value),
            _url_without(visit.request, pairs, index),
        )
        for index, (name, value) in enumerate(pairs)
        if name.startswith("filter[")
    ]


def _field(name: str) -> str:
    return name.removeprefix("filter[").split("]")[0]


def _values(naming: Callable[[str, Any], str], name: str, value: str) -> str:
    field = _field(name)
    if "[is_set]" in name:
        return gettext("any") if value == "true" else gettext("none")
    sign = next((text for op, text in _SIGNS.items() if name.endswith(f"[{op}]")), "")
    return sign + ", ".join(naming(field, part) for part in value.split(","))


_SIGNS = {"lt": "< ", "lte": "≤ ", "gt": "> ", "gte": "≥ "}


def _url_without(request: Request, pairs: Sequence[tuple[str, str]], leave_out: int) -> str:
    rest = [pair for index, pair in enumerate(pairs) if index != leave_out]
    return f"{request.url.path}?{urlencode(rest)}" if rest else request.url.path


def value_namer(visit: Visit, categories: Sequence[Category]) -> Callable[[str, Any], str]:
    """Returns a function (field, stored value) → text for readers."""
    category_names = {category.id: category.name for category in categories}

    references: Mapping[Reference, Callable[[Any], str]] = {
        "person": visit.name,
        "team": lambda value: visit.team(value) or gettext("a team that no longer exists"),
        "category": lambda value: category_names.get(value, gettext("a category that no longer exists")),
    }

    def name(field: str, value: Any) -> str:
        if value is None or value == []:
            return gettext("none")
        if value == "me":
            return gettext("me")
        if field in REFERENCES:
            known_as = references[REFERENCES[field]]
            return ", ".join(map(known_as, value)) if isinstance(value, list) else known_as(value)
        if field == "priority" and str(value) in words.VALUE_LABELS["priority"]:
            return words.priority(int(value))
        known = words.VALUE_LABELS.get(field, {})
        return ", ".join(words.label(known, str(one)) for one in (value if isinstance(value, list) else [value]))

    return name
