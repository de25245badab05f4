from collections.abc import Callable, Mapping
from operator import itemgetter
from time import monotonic
from typing import Any

from pymongo.database import Database

from trackline_chassis.projection import CachedProjection
from trackline_schemas.events import TeamChanged


class MongoTeams:
    """The projection of team.changed events."""

    def __init__(self, database: Database[dict[str, Any]], clock: Callable[[], float] = monotonic) -> None:
        self._teams: CachedProjection[bool] = CachedProjection(database["teams"], itemgetter("confidential"), clock)

    def confidential(self) -> Mapping[str, bool]:
        return self._teams.all()

    def apply(self, team: TeamChanged, sequence: int) -> None:
        self._teams.keep(team.id, sequence, {"confidential": team.confidential})
