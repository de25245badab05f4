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
