"""Reports over tickets: summaries, series, and the tickets behind a number."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from gateway.actions import projections
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.filtering import filter_parameters, parse_filter
from gateway.api.measures import LinkedSeries, LinkedSummary, link_series, link_summary
from gateway.api.periods import Period, Zone, start_of_previous
from gateway.api.shapes import Listing, PageAfter, PageSize, listing
from trackline_schemas.analytics import (
    Counted,
    CountedQuery,
    Every,
    SeriesQuery,
    SummaryQuery,
    TicketFigures,
)
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.ticket.fields import GROUPS

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"])

FILTER = filter_parameters(TICKET_FIELDS)
GroupBy = Annotated[str, Query(description="At most two of " + ", ".join(GROUPS), examples=["priority,team_id"])]


class Job(BaseModel):
    job_id: str


@router.get("/summary", summary="Read volume, backlog, reply and resolution times", openapi_extra=FILTER)
async def summarize(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    period: Period,
    zone: Zone,
    group_by: GroupBy = "",
    compare: Annotated[Literal["previous"] | None, Query(description="Adds the preceding period.")] = None,
) -> LinkedSummary:
    query = SummaryQuery.model_validate(
        {
            "from": period.start,
            "to": period.end,
            "compare_from": start_of_previous(period, zone) if compare else None,
            "group_by": _groups(group_by),
            "filter": parse_filter(request, TICKET_FIELDS, caller.viewer.id),
        }
    )
    return link_summary(await parts.analytics.summary(caller.reading(), query), query)


@router.get("/series", summary="Read the same measures for each day, week or month", openapi_extra=FILTER)
async def tell_series(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    period: Period,
    zone: Zone,
    every: Every = "day",
    group_by: GroupBy = "",
) -> LinkedSeries:
    query = SeriesQuery.model_validate(
        {
            "from": period.start,
            "to": period.end,
            "every": every,
            "zone": zone.key,
            "group_by": _groups(group_by),
            "filter": parse_filter(request, TICKET_FIELDS, caller.viewer.id),
        }
    )
    return link_series(await parts.analytics.series(caller.reading(), query), query)


@router.get("/tickets", summary="List the tickets that a measure counts, newest first", openapi_extra=FILTER)
async def list_counted(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    period: Period,
    measure: Counted,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[TicketFigures]:
    query = CountedQuery.model_validate(
        {
            "from": period.start,
            "to": period.end,
            "measure": measure,
            "filter": parse_filter(request, TICKET_FIELDS, caller.viewer.id),
            "size": size,
            "after": after,
        }
    )
    page = await parts.analytics.tickets(caller.reading(), query)
    return listing(request, page.items, page.after)


@router.post("/rebuild", status_code=202, summary="Rebuild all measures from the log of the tickets")
async def rebuild_analytics(parts: Gateway, caller: Administrator) -> Job:
    return Job(job_id=await projections.rebuild_measures(parts, caller))


def _groups(text: str) -> list[str]:
    groups = [part for part in text.split(",") if part]
    if len(groups) > 2 or not set(groups) <= set(GROUPS):
        raise refuse(reasons.analytics.GROUP_UNKNOWN, parameter="group_by", fields=GROUPS)
    return groups
