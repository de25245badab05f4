"""The measures of a period, for those who may read the tickets behind them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime

from analytics.domain.measures import Period, Row, measured
from analytics.usecases.ports import Facts, Generations, Teams
from trackline_schemas.access import readable
from trackline_schemas.analytics import GroupMeasures, Measures, Summary, SummaryQuery
from trackline_schemas.errors import ServiceError, invalid
from trackline_schemas.filters import TICKET_FIELDS, And, checked
from trackline_schemas.viewer import Viewer


class Summarise:
    def __init__(self, facts: Facts, generations: Generations, teams: Teams, clock: Callable[[], datetime]) -> None:
        self._facts = facts
        self._generations = generations
        self._teams = teams
        self._clock = clock

    def __call__(self, query: SummaryQuery, viewer: Viewer) -> Summary:
        if not viewer.agent:
            raise ServiceError("forbidden", "Only agents may read the analytics.")
        if query.from_ >= query.to:
            raise invalid("/to", "The period must end after it begins.")
        if len(set(query.group_by)) < len(query.group_by):
            raise invalid("/group_by", "Name each field once.")
        generation = self._generations.read(self._clock()).live
        where = And(all=[checked(query.filter, TICKET_FIELDS), readable(viewer, self._teams.confidential())])
        period = Period(query.from_, query.to)
        rows = list(self._facts.rows(generation, where, period, query.group_by))
        counted = [row for row in rows if row.excluded is None]
        return Summary.model_validate(
            {
                "from": query.from_,
                "to": query.to,
                "total": _view(counted, period),
                "groups": _groups(counted, period) if query.group_by else [],
                "excluded": Counter(row.excluded for row in rows if row.excluded and row.created_at in period),
                "applied_until": self._facts.newest_event(generation),
            }
        )


def _groups(rows: Iterable[Row], period: Period) -> list[GroupMeasures]:
    by_key: dict[tuple[str | int | None, ...], list[Row]] = defaultdict(list)
    for row in rows:
        by_key[tuple(row.key.values())].append(row)
    return [
        GroupMeasures(key=dict(by_key[key][0].key), measures=_view(by_key[key], period))
        for key in sorted(by_key, key=_nulls_last)
    ]


def _nulls_last(key: tuple[str | int | None, ...]) -> list[tuple[bool, str | int]]:
    return [(part is None, "" if part is None else part) for part in key]


def _view(rows: Iterable[Row], period: Period) -> Measures:
    return Measures.model_validate(asdict(measured(rows, period)))
