"""What the Insights screen is asked for in its address, and whose numbers its reader gets."""

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
from trackline_schemas.ticket.fields import GROUPS, TICKET

PERIODS: Mapping[str, str] = {
    "7d": noop("Last 7 days"),
    "30d": noop("Last 30 days"),
    "90d": noop("Last 90 days"),
    "12m": noop("Last 12 months"),
}
# Most tickets of a period that is over are in the same state.
BREAKDOWNS: Mapping[Group, str] = {name: TICKET[name].label for name in GROUPS if name != "state"}
MEASURES: Mapping[Counted, str] = {
    "created": noop("Created"),
    "resolved": noop("Resolved"),
    "reopened": noop("Reopened"),
    "backlog": noop("Open at the end"),
    "first_reply": noop("First replied to"),
    "excluded": noop("Merged or cancelled"),
}
# A trend has at most some thirty marks.
_LONGEST: Mapping[int, Every] = {35: "day", 230: "week"}


@dataclass(frozen=True)
class Question:
    """`first` and `last` are days in the viewer's zone, `start` and `end` the instants around them. `chosen` is the
    filter of the address; `where` also keeps to what the reader may see here."""

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
        return next((every for days, every in _LONGEST.items() if self.days <= days), "month")

    @property
    def previous_start(self) -> datetime:
        return _midnight(self.first - timedelta(days=self.days))


def question(visit: Visit) -> Question:
    asked = visit.request.query_params
    period, first, last = _period(asked)
    chosen = queue.url_filter(visit.request, visit.viewer.id)
    return Question(
        period=period,
        first=first,
        last=last,
        start=_midnight(first),
        end=_midnight(last + timedelta(days=1)),
        by=next((by for by in BREAKDOWNS if by == asked.get("by")), "priority"),
        chosen=chosen,
        where=And(all=[chosen, *scope(visit)]),
    )


def manages(visit: Visit) -> bool:
    return visit.viewer.admin or "manage" in visit.viewer.teams.values()


def scope(visit: Visit) -> list[Filter]:
    """Whoever manages a team or everything compares all that they may read; other agents see their teams."""
    if not visit.viewer.agent:
        raise refuse(reasons.analytics.INSIGHTS_FOR_AGENTS_ONLY)
    own = Condition(field="team_id", op="in", value=sorted(visit.viewer.teams))
    return [] if manages(visit) else [own]


def opened(
    visit: Visit, measure: str, start: datetime, end: datetime, chosen: Filter, key: Mapping[str, Any] | None = None
) -> str:
    """The address of the tickets behind a number."""
    period = {"measure": measure, "from": _written(start), "to": _written(end)}
    filter = narrow_to_group(None if chosen == And(all=[]) else chosen, key or {})
    more = {"filter": filter.model_dump_json()} if filter else {}
    url = visit.request.url
    return f"/insights/tickets?{urlencode({**period, **more, 'back': f'{url.path}?{url.query}'})}"


def measure(name: str | None) -> Counted:
    for known in get_args(Counted):
        if known == name:
            return known  # type: ignore[no-any-return]
    raise refuse(reasons.analytics.MEASURE_UNKNOWN)


def told(visit: Visit, filter: Filter, categories: Sequence[Category]) -> list[tuple[str, str]]:
    """Field and value in words, of each condition that holds; what is more than that has no words."""
    naming = queue.namer(visit, categories)
    match filter:
        case And():
            return [pair for part in filter.all for pair in told(visit, part, categories)]
        case Condition(op="eq" | "in"):
            values = filter.value if isinstance(filter.value, list) else [filter.value]
            return [(filter.field, ", ".join(naming(filter.field, value) for value in values))]
        case Not(filter=Condition(op="is_set") as missing):
            return [(missing.field, gettext("none"))]
    return [("", gettext("more conditions"))]


def _period(asked: Mapping[str, str]) -> tuple[str, date, date]:
    today = datetime.now(i18n.zone()).date()
    match asked.get("period"):
        case "7d" | "30d" | "90d" as period:
            return period, today - timedelta(days=int(period[:-1]) - 1), today
        case "12m":
            # From the month after this one of last year.
            return "12m", (today.replace(year=today.year - 1, day=1) + timedelta(days=31)).replace(day=1), today
    if asked.get("from") and asked.get("to"):
        return "", *_days(asked["from"], asked["to"])
    return "30d", today - timedelta(days=29), today


def _days(first: str, last: str) -> tuple[date, date]:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise refuse(reasons.analytics.DATE_NOT_VALID) from None
    if not date(1970, 1, 1) <= days[0] <= days[1] <= date(9000, 1, 1):
        raise refuse(reasons.analytics.FIRST_DAY_AFTER_LAST)
    return days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), i18n.zone()).astimezone(UTC)


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
