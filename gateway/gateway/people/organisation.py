"""The organisation: what it is called, how new people of it speak, and what of setting up was passed over."""

from datetime import UTC, datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.mongo import Collection
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from trackline_schemas.errors import ServiceError

KEY = "organisation"


class Organisations:
    """One per installation; `current` is as of the last look."""

    def __init__(self, rows: Collection) -> None:
        self._rows = rows
        self.current = OrganisationView()

    async def refresh(self) -> OrganisationView:
        self.current = OrganisationView.model_validate(await self._rows.find_one({"_id": KEY}) or {})
        return self.current

    async def update(self, command: UpdateOrganisation, if_match: int | None) -> OrganisationView:
        """Raises ServiceError version_conflict."""
        changed = {**command.given(), "updated_at": datetime.now(UTC)}
        wanted = {"_id": KEY} if if_match is None else {"_id": KEY, "version": if_match}
        update = {"$set": changed, "$inc": {"version": 1}}
        try:
            stored = await self._rows.find_one_and_update(
                wanted, update, upsert=if_match in (None, 0), return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            stored = None
        if stored is None:
            version = (await self.refresh()).version
            message = "Somebody changed the organisation meanwhile. Read it again, then repeat your change."
            raise ServiceError("version_conflict", message, {"version": version})
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
