"""The person or system that makes a request. The gateway authenticates it, and each service authorises it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from trackline_schemas.base import View

Role = Literal["read", "reply", "manage"]
RANK: Mapping[str, int] = {"read": 1, "reply": 2, "manage": 3}
SYSTEM_ID = "system"


class Viewer(View):
    """`teams` is team id → role. Administrators and everybody with a role in a team are agents."""

    id: str
    admin: bool = False
    teams: dict[str, Role] = Field(default_factory=dict)

    @property
    def agent(self) -> bool:
        return self.admin or bool(self.teams)

    def has_role(self, team_id: str | None, role: Role, teams: Mapping[str, bool]) -> bool:
        """Returns whether the viewer has at least this role in the team of a ticket. `teams` is team id → confidential.
        A ticket without a team belongs to all agents, each by the highest of their roles. An administrator manages
        every team that is known not to be confidential."""
        if team_id is None:
            return self.has_role_anywhere(role)
        if self.admin and teams.get(team_id, True) is False:
            return True
        return self.is_member(team_id, role)

    def has_role_anywhere(self, role: Role) -> bool:
        """Returns whether the viewer has at least this role in some team, or is an administrator."""
        return self.admin or any(self.is_member(team_id, role) for team_id in self.teams)

    def is_member(self, team_id: str, role: Role) -> bool:
        """Returns whether the viewer has at least this role in the team, not counting what administrators may do."""
        return RANK.get(self.teams.get(team_id, ""), 0) >= RANK[role]


SYSTEM = Viewer(id=SYSTEM_ID)
