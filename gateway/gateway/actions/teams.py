"""Creates and changes teams, and sets the roles of their members."""

from gateway.actions import people, security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people import reads
from gateway.people.models import CreateTeam, TeamView, UpdateTeam, UpdateUser
from gateway.people.usecases import team
from trackline_core.records.command import parse_command
from trackline_schemas.versions import IfMatch


async def create(parts: Parts, caller: Caller, command: CreateTeam, key: str | None = None) -> TeamView:
    require_admin(caller)
    made = await team.create(parts.people, command, caller.writing("team.create", key))
    await security_log.write_settings(parts, caller, "team", command, team=made.name)
    return made


async def update(
    parts: Parts,
    caller: Caller,
    team_id: str,
    command: UpdateTeam,
    version: IfMatch = None,
    key: str | None = None,
) -> TeamView:
    """Opening a confidential team to everybody who may read tickets needs the password again."""
    require_admin(caller)
    before = await reads.get_team(parts.people, team_id) if command.confidential is not None else None
    if before and before.confidential and not command.confidential:
        await require_confirmed(parts, caller)
    after = await team.update(parts.people, team_id, command, version, caller.writing("team.update", key, team_id))
    await security_log.write_settings(parts, caller, "team", command, team=after.name)
    if before and before.confidential != after.confidential:
        change = (before.confidential, after.confidential)
        await security_log.write(parts, caller, "team_confidentiality_changed", team=after.name, confidential=change)
    return after


async def set_role(parts: Parts, caller: Caller, team_id: str, user_id: str, role: str, key: str | None = None) -> None:
    """With an empty role, the person leaves the team. Raises ServiceError invalid for an unknown role."""
    require_admin(caller)
    member = await reads.get_user(parts.people, user_id)
    others = {other: its_role for other, its_role in member.teams.items() if other != team_id}
    command = parse_command(UpdateUser, {"teams": others | ({team_id: role} if role else {})})
    await people.update(parts, caller, user_id, command, member.version, key)
