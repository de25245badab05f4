"""A simple analytics service: it counts the tickets in memory and knows no history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from trackline_schemas.analytics import Bucket, GroupMeasures, Measures, Series, Spread, Summary, TicketFigures
from trackline_schemas.context import CallContext
from trackline_schemas.filters import TICKET_FIELDS, check_filter, matches
from trackline_schemas.paging import Page
from trackline_schemas.ticket.states import ACTIVE_STATES
from trackline_schemas.ticket.views import TicketView


class Ledger:
    @property
    def tickets(self) -> Mapping[str, TicketView]:
        raise NotImplementedError

    def _analytics_summary(self, context: CallContext, query: Any) -> Summary:
        chosen = self._chosen(query.filter)
        groups: dict[tuple[Any, ...], list[TicketView]] = defaultdict(list)
        for ticket in chosen:
            groups[tuple(getattr(ticket, name) for name in query.group_by)].append(ticket)
        summary: Summary = _read(
            Summary,
            query.from_,
            query.to,
            total=_measures(chosen, query.from_, query.to),
            previous=_measures(chosen, query.compare_from, query.from_) if query.compare_from else None,
            groups=[
                GroupMeasures(
                    key=dict(zip(query.group_by, key, strict=True)), measures=_measures(members, query.from_, query.to)
                )
                for key, members in groups.items()
            ],
            applied_until=max((ticket.updated_at for ticket in chosen), default=None),
        )
        return summary

    def _analytics_series(self, context: CallContext, query: Any) -> Series:
        chosen, buckets, start = self._chosen(query.filter), [], query.from_
        while start < min(query.to, datetime.now(UTC)):
            end = start + timedelta(days={"day": 1, "week": 7, "month": 30}[query.every])
            buckets.append(_read(Bucket, start, end, total=_measures(chosen, start, end), groups=[]))
            start = end
        return Series(zone=query.zone, buckets=buckets)

    def _analytics_tickets(self, context: CallContext, query: Any) -> Page[TicketFigures]:
        chosen = [t for t in self._chosen(query.filter) if _counts(query.measure, t, query.from_, query.to)]
        items = [_figures(ticket) for ticket in chosen]
        start = int(query.after or 0)
        end = start + query.size
        return Page(items=items[start:end], after=str(end) if len(items) > end else None)

    def _chosen(self, filter: Any) -> list[TicketView]:
        condition = check_filter(filter, TICKET_FIELDS)
        return [ticket for ticket in self.tickets.values() if matches(condition, ticket.model_dump())]


def _read(shape: type[Any], start: datetime, end: datetime, **fields: Any) -> Any:
    return shape.model_validate({"from": start, "to": end, **fields})


def _counts(measure: str, ticket: TicketView, start: datetime, end: datetime) -> bool:
    resolved = ticket.resolved_at is not None and start <= ticket.resolved_at < end
    tests: Mapping[str, bool] = {
        "created": start <= ticket.created_at < end,
        "resolved": resolved,
        "reopened": resolved and ticket.reopens > 0,
        "backlog": ticket.state in ACTIVE_STATES and ticket.created_at < end,
        "first_reply": ticket.first_reply_at is not None and start <= ticket.first_reply_at < end,
    }
    return tests.get(measure, False)


def _measures(tickets: Iterable[TicketView], start: datetime, end: datetime) -> Measures:
    counted = {
        name: [ticket for ticket in tickets if _counts(name, ticket, start, end)]
        for name in ("created", "resolved", "reopened", "backlog", "first_reply")
    }
    resolution = _spread((t.created_at, t.resolved_at) for t in counted["resolved"])
    replied = _spread((t.created_at, t.first_reply_at) for t in counted["first_reply"])
    resolved, reopened = len(counted["resolved"]), len(counted["reopened"])
    return Measures(
        created=len(counted["created"]),
        resolved=resolved,
        reopened=reopened,
        reopen_rate=reopened / resolved if resolved else None,
        backlog=len(counted["backlog"]),
        first_reply=replied,
        resolution=resolution,
        first_resolution=resolution,
        reassignments=Spread(count=0),
    )


def _spread(times: Iterable[tuple[datetime, datetime | None]]) -> Spread:
    values = sorted((end - start).total_seconds() for start, end in times if end)
    if not values:
        return Spread(count=0)
    return Spread(count=len(values), mean=sum(values) / len(values), median=values[len(values) // 2], p90=values[-1])


def _figures(ticket: TicketView) -> TicketFigures:
    seconds = (ticket.resolved_at - ticket.created_at).total_seconds() if ticket.resolved_at else None
    own = {"resolution": seconds, "reopenings": ticket.reopens, "reassignments": 1, "assignee_changes": 0}
    return TicketFigures.model_validate({**ticket.model_dump(), **own, "state_seconds": {}, "events": ticket.version})
