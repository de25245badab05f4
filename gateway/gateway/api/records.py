"""The operations of configuration records: one router for each kind that has an address in the API, built from the
kind."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from gateway.actions import records
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.examples import CREATE_RECORD
from gateway.api.filtering import filter_parameters, parse_filter
from gateway.api.headers import IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.api.shapes import Listing, ShortList
from trackline_schemas.records import AnyKind, RecordUse
from trackline_schemas.records.registry import KINDS

RecordId = Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$")]
ONE = "/{record_id}"


def router_of(kind: AnyKind) -> APIRouter:
    router = APIRouter(prefix=kind.address, tags=[kind.plural], dependencies=[Depends(require_json)])
    for add in (_add_list, _add_create, _add_get, _add_update):
        add(router, kind, kind.name.replace("_", " "))
    return router


def _add_list(router: APIRouter, kind: AnyKind, title: str) -> None:
    @router.get(
        "",
        name=f"list_{kind.plural}",
        summary=f"List every {title}",
        response_model=Listing.__class_getitem__(kind.view),
        openapi_extra=filter_parameters(kind.filters),
    )
    async def list_records(request: Request, parts: Gateway, caller: CurrentCaller, short: ShortList) -> Any:
        """Lists the records that you may read, by name."""
        wanted = parse_filter(request, kind.filters, caller.viewer.id)
        return short.listing(await parts.records.all(caller.reading(), kind, wanted))


def _add_create(router: APIRouter, kind: AnyKind, title: str) -> None:
    async def create_record(
        response: Response, parts: Gateway, caller: CurrentCaller, command: Any, key: IdempotencyKey = None
    ) -> Any:
        made = await records.create(parts, caller, kind, command, key)
        response.headers["Location"] = f"{kind.address}/{made.id}"
        return set_etag(response, made)

    _declare_body(create_record, Annotated[kind.create, Body(openapi_examples=CREATE_RECORD.get(kind.name))])
    add = router.post(
        "", name=f"create_{kind.name}", summary=f"Create a {title}", status_code=201, response_model=kind.view
    )
    add(create_record)


def _add_get(router: APIRouter, kind: AnyKind, title: str) -> None:
    @router.get(
        ONE, name=f"get_{kind.name}", summary=f"Read a {title}", response_model=kind.view, responses=etag_responses()
    )
    async def get_record(
        request: Request, response: Response, parts: Gateway, caller: CurrentCaller, record_id: RecordId
    ) -> Any:
        found = await parts.records.get(caller.reading(), kind, record_id)
        return not_modified(request, found) or set_etag(response, found)


def _add_update(router: APIRouter, kind: AnyKind, title: str) -> None:
    async def update_record(
        response: Response,
        parts: Gateway,
        caller: CurrentCaller,
        record_id: RecordId,
        command: Any,
        version: IfMatch,
        key: IdempotencyKey = None,
    ) -> Any:
        """Only the members that are present change. `active: false` deactivates the record."""
        return set_etag(response, await records.update(parts, caller, kind, record_id, command, version, key))

    _declare_body(update_record, kind.update)
    add = router.patch(ONE, name=f"update_{kind.name}", summary=f"Change a {title}", response_model=kind.view)
    add(update_record)


def _declare_body(operation: Callable[..., Any], model: Any) -> None:
    # FastAPI reads the model of a body from the annotation, and this one is known at run time only.
    operation.__annotations__["command"] = model


uses = APIRouter(prefix="/api/v1", tags=["audit"])


@uses.get("/categories/{record_id}/used-by", summary="List what uses a category")
async def category_used_by(
    parts: Gateway, caller: Administrator, record_id: RecordId, short: ShortList
) -> Listing[RecordUse]:
    found = await records.used_by(parts, caller, "category", record_id)
    return short.listing(found)


@uses.get("/teams/{record_id}/used-by", summary="List what uses a team")
async def team_used_by(
    parts: Gateway, caller: Administrator, record_id: RecordId, short: ShortList
) -> Listing[RecordUse]:
    """Lists the members of the team, and the active records that refer to it."""
    found = await records.used_by(parts, caller, "team", record_id)
    return short.listing(found)


ROUTERS = [*(router_of(kind) for kind in KINDS.values() if kind.address), uses]
