"""Which facts a question is about: those behind the tickets that the asker may read."""

from collections.abc import Callable
from datetime import datetime

from analytics.domain.fact import READABLE
from analytics.domain.period import Period
from analytics.usecases.ports import Generations, Teams
from trackline_schemas.access import readable
from trackline_schemas.analytics import PeriodQuery
from trackline_schemas.errors import ServiceError, invalid
from trackline_schemas.filters import TICKET_FIELDS, And, Filter, checked
from trackline_schemas.viewer import Viewer


class Slices:
    def __init__(self, generations: Generations, teams: Teams, clock: Callable[[], datetime]) -> None:
        self._generations = generations
        self._teams = teams
        self.clock = clock

    def of(self, query: PeriodQuery, viewer: Viewer) -> tuple[int, Filter, Period]:
        """The generation that answers, the filter and the period."""
        if not viewer.agent:
            raise ServiceError("forbidden", "Only agents may read the analytics.")
        if query.from_ >= query.to:
            raise invalid("/to", "The period must end after it begins.")
        where = And(all=[checked(query.filter, TICKET_FIELDS), readable(viewer, self._teams.confidential())])
        return self._generation(), where, Period(query.from_, query.to)

    def _generation(self) -> int:
        state = self._generations.read(self.clock())
        if state.rules < READABLE:
            raise ServiceError("unavailable", "The numbers are being built anew for this release: try again later.")
        return state.live


def each_once(group_by: list[str]) -> None:
    if len(set(group_by)) < len(group_by):
        raise invalid("/group_by", "Name each field once.")
