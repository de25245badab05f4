"""Teams: whom tickets are handed to, and what is confidential."""

import hashlib

from gateway.people.directory import Directory
from gateway.people.models import CreateTeam, TeamView, UpdateTeam
from gateway.people.usecases.ids import key_of
from gateway.people.usecases.ports import Pages
from gateway.people.usecases.views import team_view
from trackline_core.records.aio import AsyncRecords
from trackline_schemas.context import CallContext
from trackline_schemas.events import TEAM_CHANGED, TeamChanged
from trackline_schemas.paging import Page
from trackline_schemas.records.kind import RecordKind, anybody

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


class Teams:
    def __init__(self, records: AsyncRecords, pages: Pages, directory: Directory) -> None:
        self.records = records
        self._pages = pages
        self._directory = directory

    async def get(self, team_id: str) -> TeamView:
        return team_view(await self.records.get(team_id))

    async def create(self, context: CallContext, command: CreateTeam) -> TeamView:
        request_hash = hashlib.sha256(command.model_dump_json().encode()).digest()
        key = key_of(context.command_id)
        document = await self.records.create(key, command.model_dump(), request_hash, context)
        self._directory.put_team(document)
        return team_view(document)

    async def list(self, size: int, after: str | None) -> Page[TeamView]:
        """Sorts by name."""
        page = await self._pages.page(size, after)
        return Page(items=[team_view(document) for document in page.items], after=page.after)

    async def update(self, context: CallContext, team_id: str, command: UpdateTeam, if_match: int | None) -> TeamView:
        given = command.given()
        document = await self.records.update(team_id, given, command.digest(), if_match, context)
        self._directory.put_team(document)
        return team_view(document)
