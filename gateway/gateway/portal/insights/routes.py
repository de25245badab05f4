"""Insights: four numbers, their trend, a breakdown, and the tickets behind each number."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from gateway.actions import security_log
from gateway.people.directory import Team
from gateway.portal.insights import csv_files as insights_csv
from gateway.portal.insights import figures
from gateway.portal.insights import question as insights
from gateway.portal.insights.question import Question
from gateway.portal.kit import desk_frame, queue
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.forms import local_address
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.base import now
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import And, Condition
from trackline_schemas.paging import PageQuery

router = APIRouter(include_in_schema=False)
MAX_RESOLVED = 10
ROWS = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@router.get("/insights")
async def show(visit: Visiting) -> Response:
    question = insights.read_question(visit)
    summary, trend, resolved, categories, frame = await asyncio.gather(
        _summary(visit, question),
        _trend(visit, question),
        visit.parts.analytics.tickets(visit.reading(), _resolved_query(question, MAX_RESOLVED)),
        list_categories(visit),
        desk_frame.load(visit),
    )
    empty, titles = await asyncio.gather(_was_never_resolved(visit, summary), _titles(visit, resolved.items))
    return visit.page(
        "insights.html",
        question=question,
        insights=insights,
        figures=figures,
        summary=summary,
        headlines=figures.headlines(summary),
        trend=trend,
        groups=figures.shown_groups(summary),
        tickets=resolved.items,
        titles=titles,
        empty=empty,
        chips=queue.chips(visit, categories),
        naming=queue.value_namer(visit, categories),
        teams=_teams(visit),
        categories=categories,
        whole=insights.manages(visit),
        frame=frame,
        here="insights",
    )


@router.get("/insights/tickets")
async def tickets(visit: Visiting) -> Response:
    query = _query_of_address(visit, ROWS)
    page, categories, frame = await asyncio.gather(
        visit.parts.analytics.tickets(visit.reading(), query), list_categories(visit), desk_frame.load(visit)
    )
    return visit.page(
        "insights_tickets.html",
        name=gettext(insights.MEASURES[query.measure]),
        period=figures.format_period(query.from_, query.to),
        description=insights.describe_filter(visit, queue.url_filter(visit.request, visit.viewer.id), categories),
        tickets=page.items,
        titles=await _titles(visit, page.items),
        figures=figures,
        after=page.after,
        export=f"/insights/tickets.csv?{visit.request.url.query}",
        up=local_address(visit.request.query_params.get("back", ""), "/insights"),
        frame=frame,
        here="insights",
    )


@router.get("/insights/trend.csv")
async def trend_csv(visit: Visiting) -> Response:
    trend = await _trend(visit, insights.read_question(visit))
    await security_log.write_export(visit.parts, visit.caller, "insights_trend")
    return insights_csv.trend(trend, insights_csv.layout(visit))


@router.get("/insights/breakdown.csv")
async def breakdown_csv(visit: Visiting) -> Response:
    question = insights.read_question(visit)
    summary, categories = await asyncio.gather(_summary(visit, question), list_categories(visit))
    await security_log.write_export(visit.parts, visit.caller, "insights_breakdown")
    naming = queue.value_namer(visit, categories)
    return insights_csv.breakdown(question.by, summary, naming, insights_csv.layout(visit))


@router.get("/insights/tickets.csv")
async def tickets_csv(visit: Visiting) -> Response:
    query = _query_of_address(visit, 100)
    first, categories = await asyncio.gather(
        visit.parts.analytics.tickets(visit.reading(), query), list_categories(visit)
    )
    await security_log.write_export(visit.parts, visit.caller, "insights_tickets")
    rows = insights_csv.tickets(visit, query, first, queue.value_namer(visit, categories))
    return StreamingResponse(rows, media_type=insights_csv.MEDIA_TYPE, headers=insights_csv.download_headers("tickets"))


async def _summary(visit: Visit, question: Question) -> Summary:
    query = SummaryQuery.model_validate(
        {
            "from": question.start,
            "to": question.end,
            "compare_from": question.previous_start,
            "group_by": [question.by],
            "filter": question.where,
        }
    )
    return await visit.parts.analytics.summary(visit.reading(), query)


async def _trend(visit: Visit, question: Question) -> Series:
    query = SeriesQuery.model_validate(
        {
            "from": question.start,
            "to": question.end,
            "every": question.every,
            "zone": visit.person.time_zone,
            "filter": question.where,
        }
    )
    return await visit.parts.analytics.series(visit.reading(), query)


def _resolved_query(question: Question, size: int) -> CountedQuery:
    return CountedQuery.model_validate(
        {"from": question.start, "to": question.end, "filter": question.where, "measure": "resolved", "size": size}
    )


def _query_of_address(visit: Visit, size: int) -> CountedQuery:
    """Returns the query for the tickets behind a number, from the address that `tickets_url` made."""
    given = visit.request.query_params
    where = And(all=[queue.url_filter(visit.request, visit.viewer.id), *insights.scope(visit)])
    fields = {"from": given.get("from"), "to": given.get("to"), "measure": insights.parse_measure(given.get("measure"))}
    try:
        return CountedQuery.model_validate({**fields, "filter": where, "size": size, "after": given.get("page[after]")})
    except ValueError:
        raise refuse(reasons.analytics.MEASURE_UNKNOWN) from None


async def _was_never_resolved(visit: Visit, summary: Summary) -> bool:
    """Returns whether none of the tickets that the viewer sees was ever resolved."""
    if summary.total.resolved or (summary.previous and summary.previous.resolved):
        return False
    where = And(all=insights.scope(visit))
    query = CountedQuery.model_validate({"from": EPOCH, "to": now(), "measure": "resolved", "size": 1, "filter": where})
    return not (await visit.parts.analytics.tickets(visit.reading(), query)).items


async def _titles(visit: Visit, items: list[TicketFigures]) -> dict[str, str]:
    """Returns number → title, which the analytics service does not know."""
    if not items:
        return {}
    these = Condition(field="id", op="in", value=[item.id for item in items])
    page = await visit.parts.tickets.list(visit.reading(), PageQuery(filter=these, size=len(items)))
    return {ticket.number: ticket.title for ticket in page.items}


def _teams(visit: Visit) -> list[Team]:
    teams = visit.parts.people.directory.all_teams()
    return [team for team in teams if insights.manages(visit) or team.id in visit.viewer.teams]
