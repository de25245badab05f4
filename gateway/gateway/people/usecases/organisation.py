"""The organisation: what it is called, how new people of it speak, and what of setting up was passed over."""

from gateway.kit.mongo import Collection
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.records import records_of
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from trackline_schemas.context import CallContext
from trackline_schemas.events import ORGANISATION_CHANGED, OrganisationChanged
from trackline_schemas.records.kind import RecordKind, anybody

KEY = "organisation"


KIND = RecordKind(
    name="organisation",
    event_type=ORGANISATION_CHANGED,
    event=OrganisationChanged,
    create=UpdateOrganisation,
    update=UpdateOrganisation,
    view=OrganisationView,
    collection="organisation",
    log="people_events",
    owner="gateway",
    may_write=anybody,
)


class Organisations:
    """One per installation; `current` is as of the last look."""

    def __init__(self, rows: Collection, outbox: Outbox) -> None:
        self._rows = rows
        self.records = records_of(KIND, outbox)
        self.current = OrganisationView()

    async def refresh(self) -> OrganisationView:
        self.current = OrganisationView.model_validate(await self._rows.find_one({"_id": KEY}) or {})
        return self.current

    async def update(self, context: CallContext, command: UpdateOrganisation, if_match: int | None) -> OrganisationView:
        """Raises ServiceError version_conflict."""
        await self._rows.update_one({"_id": KEY}, {"$setOnInsert": {"version": 0}}, upsert=True)
        stored = await self.records.update(KEY, command.given(), command.digest(), if_match, context)
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
