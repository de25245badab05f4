"""Teams: whom tickets are handed to, and what is confidential."""

import hashlib

from gateway.kit.mongo import Document
from gateway.people.directory import Directory
from gateway.people.editing import Editor, Kind, differing
from gateway.people.models import CreateTeam, UpdateTeam
from gateway.people.outbox import Outbox
from gateway.people.paging import page_by_name
from gateway.people.store import Store
from trackline_schemas.context import CallContext
from trackline_schemas.events import TEAM_CHANGED, TeamChanged
from trackline_schemas.paging import Page


def _described(document: Document) -> TeamChanged:
    return TeamChanged.model_validate({"id": document["_id"], **document})


KIND = Kind("team", TEAM_CHANGED, unique="name", describe=_described)


class Teams:
    def __init__(self, store: Store, outbox: Outbox, directory: Directory) -> None:
        self._teams = store.teams
        self._editor = Editor(KIND, store.teams, outbox)
        self._directory = directory

    async def get(self, team_id: str) -> Document:
        return await self._editor.find(team_id)

    async def create(self, context: CallContext, command: CreateTeam) -> Document:
        request_hash = hashlib.sha256(command.model_dump_json().encode()).digest()
        fields = {**command.model_dump(), "name_key": command.name.casefold()}
        document = await self._editor.create(context, fields, request_hash)
        self._directory.put_team(document)
        return document

    async def list(self, size: int, after: str | None) -> Page[Document]:
        """By name."""
        return await page_by_name(self._teams, [], size, after)

    async def update(self, context: CallContext, team_id: str, command: UpdateTeam, if_match: int | None) -> Document:
        async def decide(document: Document) -> Document:
            changed = differing(document, command.given())
            if "name" in changed:
                changed["name_key"] = changed["name"].casefold()
            return changed

        document = await self._editor.change(context, team_id, if_match, decide)
        self._directory.put_team(document)
        return document
