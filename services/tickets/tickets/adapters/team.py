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
        self._assigning: CachedProjection[bool] = CachedProjection(database["teams"], _replies_assign)

    def confidential(self) -> Mapping[str, bool]:
        return self._teams.all()

    def apply(self, team: TeamChanged, sequence: int) -> None:
        fields = {"confidential": team.confidential, "replies_assign": team.replies_assign}
        self._teams.keep(team.id, sequence, fields)
        self._assigning.expire()

    def replies_assign(self, team_id: str | None) -> bool:
        return self._assigning.all().get(team_id or "", True)


def _replies_assign(document: Document) -> bool:
    # A team that the release before stored has no such field.
    return bool(document.get("replies_assign", True))
