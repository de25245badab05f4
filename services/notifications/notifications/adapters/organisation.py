from typing import Any

from pymongo.database import Database

from trackline_chassis.projection import keep_newer
from trackline_schemas.events import OrganisationChanged

ORGANISATION = "organisation"


class MongoOrganisation:
    """The projection of organisation.changed events."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database["organisation"]

    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        keep_newer(self._rows, ORGANISATION, sequence, organisation.model_dump())

    def name(self) -> str | None:
        found = self._rows.find_one({"_id": ORGANISATION}, {"name": 1})
        return found["name"] if found else None
