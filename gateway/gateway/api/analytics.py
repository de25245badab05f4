"""Measures over tickets."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request

from gateway.api.filtering import described, filter_of
from gateway.api.search import Job
from gateway.container import Gateway
from gateway.context import call_context
from gateway.people.auth import Administrator, CurrentCaller
from trackline_schemas.analytics import Group, Summary, SummaryQuery
from trackline_schemas.base import Instant
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import TICKET_FIELDS

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"])

DEFAULT_PERIOD = timedelta(days=30)
EARLIEST = datetime(1970, 1, 31, tzinfo=UTC)
GROUPS = get_args(Group)


@router.get("/summary", summary="Volume, backlog, reply and resolution times", openapi_extra=described(TICKET_FIELDS))
async def summarize(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    since: Annotated[Instant | None, Query(alias="from", description="Default: 30 days before `to`.")] = None,
    to: Annotated[Instant | None, Query(description="Default: now.")] = None,
    group_by: Annotated[
        str, Query(description="At most two of " + ", ".join(GROUPS), examples=["priority,team_id"])
    ] = "",
) -> Summary:
    until = to or datetime.now(UTC)
    start = since or max(until, EARLIEST) - DEFAULT_PERIOD
    if start >= until:
        raise _refused("to", "The period is empty: from must be before to.")
    query = SummaryQuery.model_validate(
        {
            "from": start,
            "to": until,
            "group_by": _groups(group_by),
            "filter": filter_of(request, TICKET_FIELDS, caller.viewer.id),
        }
    )
    return await parts.analytics.summary(call_context(request, caller), query)


@router.post("/rebuild", status_code=202, summary="Build the numbers anew from the tickets' log")
async def rebuild_analytics(request: Request, parts: Gateway, caller: Administrator) -> Job:
    context = call_context(request, caller, operation="analytics.rebuild")
    return Job(job_id=await parts.analytics.rebuild(context))


def _groups(text: str) -> list[str]:
    groups = [part for part in text.split(",") if part]
    if len(groups) > 2 or not set(groups) <= set(GROUPS):
        raise _refused("group_by", f"group_by takes at most two of {', '.join(GROUPS)}.")
    return groups


def _refused(parameter: str, message: str) -> ServiceError:
    return ServiceError("invalid", message, {"errors": [{"parameter": parameter, "detail": message}]})
