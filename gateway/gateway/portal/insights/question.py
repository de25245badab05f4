"""Reads from the address what the Insights screen shows, and limits it to what the viewer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from gateway.kit.groups import narrow_to_group
from gateway.portal.kit import i18n, queue
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.visit import Visit
from trackline_schemas.analytics import Counted, Every, Group
from trackline_schemas.categories import Category
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import And, Condition, Filter, Not
from trackline_schemas.plain_values import read_day
from trackline_schemas.ticket.fields import GROUPS, TICKET

PERIODS: Mapping[str, str] = {
    "7d": noop("Last 7 days"),
    "30d": noop("Last 30 days"),
    "90d": noop("Last 90 days"),
    "12m": noop("Last 12 months"),
}
# A breakdown by state says little: most tickets of a past period are in the same one.
BREAKDOWNS: Mapping[Group, str] = {name: TICKET[name].label for name in GROUPS if name != "state"}
MEASURES: Mapping[Counted, str] = {
    "created": noop("Created"),
    "resolved": noop("Resolved"),
    "reopened": noop("Reopened"),
    "backlog": noop("Open at the end"),
    "first_reply": noop("First reply given"),
    "excluded": noop("Merged or cancelled"),
}
# Days of the period, at most → size of the buckets. A trend has about thirty marks at most.
_BUCKETS: Mapping[int, Every] = {35: "day", 230: "week"}


@dataclass(frozen=True)
class Question:
    """`first` and `last` are days in the viewer's time zone, `start` and `end` the instants around them. `chosen` is
    the filter of the address, `where` also limits it to what the viewer may see."""

    period: str
    first: date
    last: date
    start: datetime
    end: datetime
    by: Group
    chosen: Filter
    where: Filter

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def every(self) -> Every:
        return next((every for days, every in _BUCKETS.items() if self.days <= days), "month")

    @property
    def previous_start(self) -> datetime:
        return _midnight(self.first - timedelta(days=self.days))


def read_question(visit: Visit) -> Question:
    params = visit.request.query_params
    period, first, last = _period(params)
    chosen = queue.url_filter(visit.request, visit.viewer.id)
    return Question(
        period=period,
        first=first,
        last=last,
        start=_midnight(first),
        end=_midnight(last + timedelta(days=1)),
        by=next((by for by in BREAKDOWNS if by == params.get("by")), "priority"),
        chosen=chosen,
        where=And(all=[chosen, *scope(visit)]),
    )


def manages(visit: Visit) -> bool:
    return visit.viewer.admin or "manage" in visit.viewer.teams.values()


def scope(visit: Visit) -> list[Filter]:
    """Returns the conditions for what the viewer may see. Managers and administrators see all tickets that they may
    read, other agents those of their teams."""
    if not visit.viewer.agent:
        raise refuse(reasons.analytics.INSIGHTS_FOR_AGENTS_ONLY)
    own = Condition(field="team_id", op="in", value=sorted(visit.viewer.teams))
    return [] if manages(visit) else [own]


def tickets_url(
    visit: Visit, measure: str, start: datetime, end: datetime, chosen: Filter, key: Mapping[str, Any] | None = None
) -> str:
    """Returns the address of the tickets behind a number."""
    period = {"measure": measure, "from": _format_instant(start), "to": _format_instant(end)}
    filter = narrow_to_group(None if chosen == And(all=[]) else chosen, key or {})
    more = {"filter": filter.model_dump_json()} if filter else {}
    url = visit.request.url
    return f"/insights/tickets?{urlencode({**period, **more, 'back': f'{url.path}?{url.query}'})}"


def parse_measure(name: str | None) -> Counted:
    for known in get_args(Counted):
        if known == name:
            return known  # type: ignore[no-any-return]
    raise refuse(reasons.analytics.MEASURE_UNKNOWN)


def describe_filter(visit: Visit, filter: Filter, categories: Sequence[Category]) -> list[tuple[str, str]]:
    """Returns (field, value in words) of each condition. A condition that is too complex has no field."""
    naming = queue.value_namer(visit, categories)
    match filter:
        case And():
            return [pair for part in filter.all for pair in describe_filter(visit, part, categories)]
        case Condition(op="eq" | "in"):
            values = filter.value if isinstance(filter.value, list) else [filter.value]
            return [(filter.field, ", ".join(naming(filter.field, value) for value in values))]
        case Not(filter=Condition(op="is_set") as missing):
            return [(missing.field, gettext("none"))]
    return [("", gettext("more conditions"))]


def _period(params: Mapping[str, str]) -> tuple[str, date, date]:
    today = datetime.now(i18n.zone()).date()
    match params.get("period"):
        case "7d" | "30d" | "90d" as period:
            return period, today - timedelta(days=int(period[:-1]) - 1), today
        case "12m":
            # Twelve calendar months, of which the present one is the last.
            return "12m", (today.replace(year=today.year - 1, day=1) + timedelta(days=31)).replace(day=1), today
    if params.get("from") and params.get("to"):
        return "", *_parse_days(params["from"], params["to"])
    return "30d", today - timedelta(days=29), today


def _parse_days(first: str, last: str) -> tuple[date, date]:
    try:
        days = read_day(first), read_day(last)
    except ValueError:
        raise refuse(reasons.analytics.DATE_NOT_VALID) from None
    if not date(1970, 1, 1) <= days[0] <= days[1] <= date(9000, 1, 1):
        raise refuse(reasons.analytics.FIRST_DAY_AFTER_LAST)
    return days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), i18n.zone()).astimezone(UTC)


def _format_instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
