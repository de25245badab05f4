"""The organisation: what it is called, how new people of it speak, and what of setting up was passed over."""

from gateway.kit.mongo import Collection, Document
from gateway.people.editing import Editor, Kind, differing
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from gateway.people.outbox import Outbox
from trackline_schemas.context import CallContext
from trackline_schemas.events import ORGANISATION_CHANGED, OrganisationChanged

KEY = "organisation"


def _described(document: Document) -> OrganisationChanged:
    return OrganisationChanged.model_validate(document)


KIND = Kind("organisation", ORGANISATION_CHANGED, unique="name", describe=_described)


class Organisations:
    """One per installation; `current` is as of the last look."""

    def __init__(self, rows: Collection, outbox: Outbox) -> None:
        self._rows = rows
        self._editor = Editor(KIND, rows, outbox)
        self.current = OrganisationView()

    async def refresh(self) -> OrganisationView:
        self.current = OrganisationView.model_validate(await self._rows.find_one({"_id": KEY}) or {})
        return self.current

    async def update(self, context: CallContext, command: UpdateOrganisation, if_match: int | None) -> OrganisationView:
        """Raises ServiceError version_conflict."""

        async def decide(document: Document) -> Document:
            return differing(document, command.given())

        await self._rows.update_one({"_id": KEY}, {"$setOnInsert": {"version": 0}}, upsert=True)
        stored = await self._editor.change(context, KEY, if_match, decide)
        self.current = OrganisationView.model_validate(stored)
        return self.current

    async def note(self, command: UpdateSetup) -> None:
        update: dict[str, object] = {}
        if command.skip:
            update["$addToSet"] = {"skipped": command.skip}
        if command.dismissed is not None:
            update["$set"] = {"dismissed": command.dismissed}
        if update:
            await self._rows.update_one({"_id": KEY}, {**update, "$setOnInsert": {"version": 0}}, upsert=True)
        await self.refresh()
