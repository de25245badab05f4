"""What to improve: four numbers, their trend, where they come from, and the tickets behind each."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from gateway.people.directory import Team
from gateway.portal.insights import csv_files as insights_csv
from gateway.portal.insights import figures
from gateway.portal.insights import question as insights
from gateway.portal.insights.question import Question
from gateway.portal.kit import desk_frame, queue
from gateway.portal.kit.categories import categories_of
from gateway.portal.kit.forms import own_address
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.base import now
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import And, Condition
from trackline_schemas.paging import PageQuery

router = APIRouter(include_in_schema=False)
SHOWN = 10
ROWS = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@router.get("/insights")
async def show(visit: Visiting) -> Response:
    asked = insights.question(visit)
    summary, trend, resolved, categories, frame = await asyncio.gather(
        _summary(visit, asked),
        _trend(visit, asked),
        visit.parts.analytics.tickets(visit.reading(), _counted(asked, SHOWN)),
        categories_of(visit),
        desk_frame.frame(visit),
    )
    empty, titles = await asyncio.gather(_nothing_yet(visit, summary), _titles(visit, resolved.items))
    return visit.page(
        "insights.html",
        asked=asked,
        insights=insights,
        figures=figures,
        summary=summary,
        headlines=figures.headlines(summary),
        trend=trend,
        tickets=resolved.items,
        titles=titles,
        empty=empty,
        chips=queue.chips(visit, categories),
        naming=queue.namer(visit, categories),
        teams=_teams(visit),
        categories=categories,
        whole=insights.manages(visit),
        frame=frame,
        here="insights",
    )


@router.get("/insights/tickets")
async def tickets(visit: Visiting) -> Response:
    query = _opened(visit, ROWS)
    page, categories, frame = await asyncio.gather(
        visit.parts.analytics.tickets(visit.reading(), query), categories_of(visit), desk_frame.frame(visit)
    )
    return visit.page(
        "insights_tickets.html",
        name=gettext(insights.MEASURES[query.measure]),
        period=figures.days(query.from_, query.to),
        told=insights.told(visit, queue.url_filter(visit.request, visit.viewer.id), categories),
        tickets=page.items,
        titles=await _titles(visit, page.items),
        figures=figures,
        after=page.after,
        export=f"/insights/tickets.csv?{visit.request.url.query}",
        up=own_address(visit.request.query_params.get("back", ""), "/insights"),
        frame=frame,
        here="insights",
    )


@router.get("/insights/trend.csv")
async def trend_csv(visit: Visiting) -> Response:
    return insights_csv.trend(await _trend(visit, insights.question(visit)))


@router.get("/insights/breakdown.csv")
async def breakdown_csv(visit: Visiting) -> Response:
    asked = insights.question(visit)
    summary, categories = await asyncio.gather(_summary(visit, asked), categories_of(visit))
    return insights_csv.breakdown(asked.by, summary, queue.namer(visit, categories))


@router.get("/insights/tickets.csv")
async def tickets_csv(visit: Visiting) -> Response:
    query = _opened(visit, 100)
    first, categories = await asyncio.gather(
        visit.parts.analytics.tickets(visit.reading(), query), categories_of(visit)
    )
    rows = insights_csv.tickets(visit, query, first, queue.namer(visit, categories))
    return StreamingResponse(rows, media_type=insights_csv.MEDIA_TYPE, headers=insights_csv.named("tickets"))


async def _summary(visit: Visit, asked: Question) -> Summary:
    query = SummaryQuery.model_validate(
        {
            "from": asked.start,
            "to": asked.end,
            "compare_from": asked.previous_start,
            "group_by": [asked.by],
            "filter": asked.where,
        }
    )
    return await visit.parts.analytics.summary(visit.reading(), query)


async def _trend(visit: Visit, asked: Question) -> Series:
    query = SeriesQuery.model_validate(
        {
            "from": asked.start,
            "to": asked.end,
            "every": asked.every,
            "zone": visit.person.time_zone,
            "filter": asked.where,
        }
    )
    return await visit.parts.analytics.series(visit.reading(), query)


def _counted(asked: Question, size: int) -> CountedQuery:
    return CountedQuery.model_validate(
        {"from": asked.start, "to": asked.end, "filter": asked.where, "measure": "resolved", "size": size}
    )


def _opened(visit: Visit, size: int) -> CountedQuery:
    """The address of a number."""
    given = visit.request.query_params
    where = And(all=[queue.url_filter(visit.request, visit.viewer.id), *insights.scope(visit)])
    fields = {"from": given.get("from"), "to": given.get("to"), "measure": insights.measure(given.get("measure"))}
    try:
        return CountedQuery.model_validate({**fields, "filter": where, "size": size, "after": given.get("page[after]")})
    except ValueError:
        raise refuse(reasons.analytics.MEASURE_UNKNOWN) from None


async def _nothing_yet(visit: Visit, summary: Summary) -> bool:
    """Whether the reader has never had a resolved ticket."""
    if summary.total.resolved or (summary.previous and summary.previous.resolved):
        return False
    where = And(all=insights.scope(visit))
    query = CountedQuery.model_validate({"from": EPOCH, "to": now(), "measure": "resolved", "size": 1, "filter": where})
    return not (await visit.parts.analytics.tickets(visit.reading(), query)).items


async def _titles(visit: Visit, items: list[TicketFigures]) -> dict[str, str]:
    """Number → title: numbers know no words."""
    if not items:
        return {}
    these = Condition(field="id", op="in", value=[item.id for item in items])
    page = await visit.parts.tickets.list(visit.reading(), PageQuery(filter=these, size=len(items)))
    return {ticket.number: ticket.title for ticket in page.items}


def _teams(visit: Visit) -> list[Team]:
    teams = visit.parts.people.directory.all_teams()
    return [team for team in teams if insights.manages(visit) or team.id in visit.viewer.teams]
