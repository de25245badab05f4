from collections.abc import Mapping
from operator import itemgetter

from pymongo.database import Database

from trackline_chassis.mongo import Document
from trackline_chassis.projection import CachedProjection
from trackline_schemas.events import TeamChanged


class MongoTeams:
    """The projection of team.changed events."""

    def __init__(self, database: Database[Document]) -> None:
        self._teams: CachedProjection[bool] = CachedProjection(database["teams"], itemgetter("confidential"))

    def confidential(self) -> Mapping[str, bool]:
        return self._teams.all()

    def apply(self, team: TeamChanged, sequence: int) -> None:
        self._teams.keep(team.id, sequence, {"confidential": team.confidential})
