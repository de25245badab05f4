"""Which teams are confidential, from team.changed events."""

from collections.abc import Callable, Mapping
from operator import itemgetter

from pymongo.database import Database

from knowledge.domain.document import Document
from trackline_chassis.projection import CachedProjection
from trackline_schemas.events import TeamChanged


class MongoTeams:
    def __init__(self, database: Database[Document], monotonic: Callable[[], float]) -> None:
        self._teams: CachedProjection[bool] = CachedProjection(database["teams"], itemgetter("confidential"), monotonic)

    def confidential(self) -> Mapping[str, bool]:
        return self._teams.all()

    def apply(self, team: TeamChanged, sequence: int) -> None:
        self._teams.keep(team.id, sequence, {"confidential": team.confidential})
