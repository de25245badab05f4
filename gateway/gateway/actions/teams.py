"""Creates and changes teams, and sets the roles of their members."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import CreateTeam, TeamView, UpdateTeam, UpdateUser


async def create(parts: Parts, caller: Caller, command: CreateTeam, key: str | None = None) -> TeamView:
    return await parts.people.teams.create(caller.writing("team.create", key), command)


async def update(
    parts: Parts,
    caller: Caller,
    team_id: str,
    command: UpdateTeam,
    version: int | None = None,
    key: str | None = None,
) -> TeamView:
    context = caller.writing("team.update", key, team_id)
    return await parts.people.teams.update(context, team_id, command, version)


async def set_role(parts: Parts, caller: Caller, team_id: str, user_id: str, role: str, key: str | None = None) -> None:
    """Sets the role of a person in a team. An empty role removes the person from the team."""
    member = await parts.people.users.get(user_id)
    others = {team: held for team, held in member.teams.items() if team != team_id}
    command = UpdateUser.model_validate({"teams": others | ({team_id: role} if role else {})})
    context = caller.writing("user.update", key, user_id)
    await parts.people.users.update(context, user_id, command, member.version)
