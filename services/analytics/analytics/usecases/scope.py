"""Determines the facts that a query covers, which are those of the tickets that the viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.domain.fact import READABLE
from analytics.domain.period import Period
from analytics.usecases.ports import Ports
from trackline_schemas.access import scoped
from trackline_schemas.analytics import PeriodQuery
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import Filter
from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Scope:
    """The generation of facts that answers, the filter (rights included) and the period."""

    generation: int
    where: Filter
    period: Period


def get_scope(ports: Ports, query: PeriodQuery, viewer: Viewer, group_by: Sequence[str] = ()) -> Scope:
    if not viewer.agent:
        raise refuse(reasons.analytics.ANALYTICS_FOR_AGENTS_ONLY)
    if query.from_ >= query.to:
        raise refuse(reasons.analytics.PERIOD_EMPTY, pointer="/to")
    where = scoped(query.filter, viewer, ports.teams.confidential(), group_by)
    return Scope(_generation(ports), where, Period(query.from_, query.to))


def _generation(ports: Ports) -> int:
    state = ports.generations.read(ports.clock())
    if state.rules < READABLE:
        raise refuse(reasons.analytics.NUMBERS_BEING_REBUILT)
    return state.live


def check_no_duplicates(group_by: list[str]) -> None:
    if len(set(group_by)) < len(group_by):
        raise refuse(reasons.analytics.GROUP_NAMED_TWICE, pointer="/group_by")
