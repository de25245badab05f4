"""The only rule of who reads what. Each service compiles it to its own store; nothing else decides."""

from collections.abc import Mapping

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or
from trackline_schemas.viewer import Viewer

NOTHING: Filter = Or(any=[])


def readable(viewer: Viewer, teams: Mapping[str, bool]) -> Filter:
    """Tickets that the viewer may open. `teams` is team id → confidential, as far as the service knows: a team that it
    does not know yet counts as confidential."""
    return Or(any=[_equals("requester_id", viewer.id), readable_as_staff(viewer, teams)])


def readable_as_staff(viewer: Viewer, teams: Mapping[str, bool]) -> Filter:
    """Tickets whose internal notes and staff fields the viewer may read too."""
    if not viewer.agent:
        return NOTHING
    open_teams = {team_id for team_id, confidential in teams.items() if not confidential}
    no_team = Not(filter=Condition(field="team_id", op="is_set", value=True))
    own_or_open = Condition(field="team_id", op="in", value=sorted(open_teams | set(viewer.teams)))
    return Or(any=[no_team, own_or_open])


def readable_articles(viewer: Viewer) -> Filter:
    """Requesters read what is published for all; agents also internal articles, those of their teams, and drafts."""
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


def _equals(field: str, value: str) -> Filter:
    return Condition(field=field, op="eq", value=value)
