"""Teams: they work on tickets, and may keep theirs confidential."""

import hashlib

from gateway.people.models import CreateTeam, TeamView, UpdateTeam
from gateway.people.usecases.ids import created_id
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import team_view
from trackline_schemas.context import CallContext
from trackline_schemas.events import TEAM_CHANGED, TeamChanged
from trackline_schemas.records.kind import RecordKind, anybody
from trackline_schemas.versions import IfMatch

KIND = RecordKind(
    name="team",
    event_type=TEAM_CHANGED,
    event=TeamChanged,
    create=CreateTeam,
    update=UpdateTeam,
    view=TeamView,
    collection="teams",
    log="people_events",
    owner="gateway",
    may_write=anybody,
)


async def create(ports: Ports, command: CreateTeam, context: CallContext) -> TeamView:
    # command.digest() differs from this hash. The hash of every team is stored, and repeats are compared with it: so a
    # field that a release adds must not change it.
    added = {"replies_assign"} if command.replies_assign else set()
    digest = hashlib.sha256(command.model_dump_json(exclude=added).encode()).digest()
    document = await ports.records[KIND.name].create(created_id(context), command.model_dump(), digest, context)
    ports.directory.put_team(document)
    return team_view(document)


async def update(ports: Ports, team_id: str, command: UpdateTeam, if_match: IfMatch, context: CallContext) -> TeamView:
    given, digest = command.given(), command.digest()
    document = await ports.records[KIND.name].update(team_id, given, digest, if_match, context)
    ports.directory.put_team(document)
    return team_view(document)
