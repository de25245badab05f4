"""Computes the measures of a period, over the tickets that the viewer may read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from analytics.domain.measure import NOTHING, Tallies, add_up
from analytics.domain.period import Period
from analytics.usecases.group import Key, sort_keys, to_fields, to_key
from analytics.usecases.ports import Grouped, Ports
from analytics.usecases.scope import Scope, check_no_duplicates, get_scope
from trackline_schemas.analytics import GroupMeasures, Measures, Summary, SummaryQuery
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer


def summary(ports: Ports, query: SummaryQuery, viewer: Viewer) -> Summary:
    scope = get_scope(ports, query, viewer, query.group_by)
    check_no_duplicates([*query.group_by])
    edges = _edges(query)
    found = list(ports.facts.tallies(scope.generation, scope.where, edges, query.group_by))
    members = {to_key(fields): tallies for fields, excluded, tallies in found if excluded is None}
    times = _state_time(ports, scope, query.group_by)
    return Summary.model_validate(
        {
            "from": query.from_,
            "to": query.to,
            **_measures(add_up(members.values(), edges), "total"),
            "state_seconds": _sum_by_state(times.values()),
            "groups": _groups(query.group_by, members, edges, times) if query.group_by else [],
            "excluded": _excluded(found),
            "applied_until": ports.facts.newest_event(scope.generation),
        }
    )


def _state_time(ports: Ports, scope: Scope, names: Sequence[str]) -> Mapping[Key, Mapping[str, float]]:
    until_now = Period(scope.period.start, min(scope.period.end, ports.clock()))
    found: dict[Key, dict[str, float]] = defaultdict(dict)
    if until_now.start < until_now.end:
        for fields, state, seconds in ports.facts.state_time(scope.generation, scope.where, until_now, names):
            found[to_key(fields)][state] = seconds
    return found


def _edges(query: SummaryQuery) -> list[datetime]:
    if query.compare_from is None:
        return [query.from_, query.to]
    if query.compare_from >= query.from_:
        raise refuse(reasons.analytics.COMPARISON_BEGINS_TOO_LATE, pointer="/compare_from")
    return [query.compare_from, query.from_, query.to]


def _groups(
    names: Sequence[str],
    members: Mapping[Key, Tallies],
    edges: Sequence[datetime],
    times: Mapping[Key, Mapping[str, float]],
) -> list[GroupMeasures]:
    counted = {key for key, tallies in members.items() if any(one != NOTHING for one in tallies.measures())}
    return [
        GroupMeasures.model_validate(
            {
                "key": to_fields(names, key),
                **_measures(members.get(key, Tallies.empty(edges)), "measures"),
                "state_seconds": times.get(key, {}),
            }
        )
        for key in sort_keys(counted | times.keys())
    ]


def _measures(tallies: Tallies, name: str) -> dict[str, Measures | None]:
    """Returns the measures of the last period as `name`, and those of the period before as `previous`."""
    *before, last = [Measures.model_validate(asdict(one)) for one in tallies.measures()]
    return {name: last, "previous": before[0] if before else None}


def _excluded(found: Iterable[Grouped]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for _, excluded, tallies in found:
        if excluded:
            counts[excluded] += tallies.measures()[-1].created
    return {reason: count for reason, count in counts.items() if count}


def _sum_by_state(times: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for time in times:
        for state, seconds in time.items():
            total[state] += seconds
    return dict(total)
