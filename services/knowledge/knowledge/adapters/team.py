"""Which teams are confidential, as heard from team.changed.v1."""

from collections.abc import Callable, Mapping

from pymongo.database import Database

from knowledge.domain.document import Document
from trackline_chassis.projection import CachedProjection


class MongoTeams:
    def __init__(self, database: Database[Document], monotonic: Callable[[], float]) -> None:
        self._teams: CachedProjection[bool] = CachedProjection(
            database["teams"], lambda team: team["confidential"], monotonic
        )

    def confidential(self) -> Mapping[str, bool]:
        return self._teams.all()

    def changed(self, team_id: str, sequence: int, confidential: bool) -> None:
        self._teams.keep(team_id, sequence, {"confidential": confidential})
