"""The organisation: what it is called, how new people of it speak, and what of setting up was passed over."""

from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from gateway.people.usecases.ports import OrganisationStore
from trackline_core.records.aio import AsyncRecords
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

    def __init__(self, records: AsyncRecords, store: OrganisationStore) -> None:
        self.records = records
        self._store = store
        self.current = OrganisationView()

    async def refresh(self) -> OrganisationView:
        self.current = OrganisationView.model_validate(await self._store.find() or {})
        return self.current

    async def update(self, context: CallContext, command: UpdateOrganisation, if_match: int | None) -> OrganisationView:
        """Raises ServiceError version_conflict."""
        await self._store.prepare()
        stored = await self.records.update(KEY, command.given(), command.digest(), if_match, context)
        self.current = OrganisationView.model_validate(stored)
        return self.current

    async def note(self, command: UpdateSetup) -> None:
        if command.skip or command.dismissed is not None:
            await self._store.note(command.skip, command.dismissed)
        await self.refresh()
