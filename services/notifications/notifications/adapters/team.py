from collections.abc import Mapping
from typing import Any

from pymongo.database import Database

from trackline_chassis.projection import keep_newer
from trackline_schemas.events import TeamChanged


class MongoTeams:
    """The projection of team.changed events."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._teams = database["teams"]

    def apply(self, team: TeamChanged, sequence: int) -> None:
        keep_newer(self._teams, team.id, sequence, team.model_dump())

    def confidential(self) -> Mapping[str, bool]:
        # This must not be cached, because notify parks an event and then looks again for changes in between.
        return {document["_id"]: document["confidential"] for document in self._teams.find({}, {"confidential": 1})}
