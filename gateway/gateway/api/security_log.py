"""The security log, for administrators."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import StreamingResponse

from gateway.actions import security_log
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.shapes import Listing, PageAfter, PageSize, listing
from gateway.kit import downloads
from gateway.kit.mongo import store_errors
from gateway.people.domain.security_log import Happened, Outcome
from gateway.people.security import SecurityEntry, SecurityLogQuery
from trackline_schemas.base import Instant

router = APIRouter(prefix="/api/v1/security-log", tags=["audit"], dependencies=[Depends(store_errors)])
Id = Annotated[str | None, Query(max_length=64, pattern=r"^[\w-]+$")]
Ids = Annotated[
    list[Annotated[str, Query(max_length=64, pattern=r"^[\w-]+$")]] | None,
    Query(max_length=50, description="Who acted, or whom the entry is about."),
]


async def asked(
    event: Happened | None = None,
    outcome: Outcome | None = None,
    actor_id: Id = None,
    user_id: Id = None,
    person_id: Ids = None,
    address: Annotated[str | None, Query(max_length=64, description="A network address.")] = None,
    since: Annotated[Instant | None, Query(description="Entries at this instant or later.")] = None,
    until: Annotated[Instant | None, Query(description="Entries before this instant.")] = None,
) -> SecurityLogQuery:
    return SecurityLogQuery(
        event=event,
        outcome=outcome,
        actor_id=actor_id,
        user_id=user_id,
        person_ids=person_id,
        address=address,
        since=since,
        until=until,
    )


Asked = Annotated[SecurityLogQuery, Depends(asked)]


@router.get("", summary="List the security log")
async def list_security_log(
    request: Request, parts: Gateway, caller: Administrator, query: Asked, size: PageSize = 25, after: PageAfter = None
) -> Listing[SecurityEntry]:
    """Lists sign-ins, refused requests, changes of accounts, rights, passwords and API keys, and exports, newest first.
    `user_id` is the person whom an entry is about. Equal refusals within a minute are one entry with a `count`. No
    entry holds a password, a key, a link, or an account name that somebody typed and nobody has."""
    page = await security_log.entries(parts, caller, query.model_copy(update={"size": size, "after": after}))
    return listing(request, page.items, page.after)


@router.get(
    "/entries.csv",
    summary="Export the security log",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_security_log(parts: Gateway, caller: Administrator, query: Asked) -> StreamingResponse:
    """Returns all entries that the filters select. The export is an entry of the log itself."""
    rows: AsyncIterator[str] = await security_log.export(parts, caller, query)
    return StreamingResponse(rows, media_type="text/csv", headers=downloads.attachment("security-log.csv"))
