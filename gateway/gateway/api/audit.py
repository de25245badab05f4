"""The audit log of configuration changes, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from gateway.actions import audit
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, IfMatch, require_json
from gateway.api.shapes import Listing, PageAfter, PageSize, listing
from gateway.kit.mongo import store_errors
from trackline_schemas.base import Instant
from trackline_schemas.records import ChangesQuery, RecordChange

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], dependencies=[Depends(store_errors), Depends(require_json)])
Id = Annotated[str | None, Query(max_length=64, pattern=r"^[\w-]+$")]
ChangeId = Annotated[str, Path(max_length=100, pattern=r"^[\w-]+:\d+$")]


@router.get("", summary="List changes of the configuration")
async def list_changes(
    request: Request,
    parts: Gateway,
    caller: Administrator,
    kind: Annotated[list[str] | None, Query(description="category, team, user, api_key, mail_settings …")] = None,
    record_id: Id = None,
    actor_id: Id = None,
    since: Annotated[Instant | None, Query(description="Changes at this instant or later.")] = None,
    until: Annotated[Instant | None, Query(description="Changes before this instant.")] = None,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[RecordChange]:
    """Lists changes of categories, reply templates, teams, people, API keys, the organisation and the mail settings,
    newest first. `changes` maps each field to [before, after]. Passwords and other secrets are never included: a new
    password of a person is a change of the kind `user` with empty `changes`, and cannot be undone. A change
    of a record that you may not read is `hidden`, and has neither name nor changes. The request fails if a service that
    keeps some of the kinds does not answer; `kind` limits it to the services that keep these kinds."""
    query = ChangesQuery(
        kinds=kind, record_id=record_id, actor_id=actor_id, since=since, until=until, size=size, after=after
    )
    page = await audit.changes(parts, caller, query)
    return listing(request, page.items, page.after)


@router.post("/{change_id}/restore", summary="Undo a change", status_code=204)
async def restore_change(
    parts: Gateway,
    caller: Administrator,
    change_id: ChangeId,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> None:
    """Updates the record: it sets the fields of the change back to their values before it. If-Match takes the version
    of the record."""
    await audit.restore(parts, caller, change_id, version, key)
