"""The organisation in MongoDB, as one document."""

from gateway.kit.mongo import Collection, Document
from gateway.people.models import OrganisationView

_FIRST = OrganisationView().model_dump(include={"version", "name", "language", "time_zone"})
# An earlier release left out what nobody had set.
DEFAULTS = [{"$set": {name: {"$ifNull": [f"${name}", value]} for name, value in _FIRST.items()}}]


class MongoOrganisation:
    def __init__(self, rows: Collection, key: str) -> None:
        self._rows = rows
        self._one = {"_id": key}

    async def find(self) -> Document | None:
        return await self._rows.find_one(self._one)

    async def create_missing(self) -> None:
        await self._rows.update_one(self._one, DEFAULTS, upsert=True)

    async def note_setup(self, skip: str | None, dismissed: bool | None) -> None:
        update: Document = {"$setOnInsert": {"version": 0}}
        if skip:
            update["$addToSet"] = {"skipped": skip}
        if dismissed is not None:
            update["$set"] = {"dismissed": dismissed}
        await self._rows.update_one(self._one, update, upsert=True)
