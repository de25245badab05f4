"""The operations of each kind of record that has an address of its own, made from the kind."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from gateway.actions import records
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.filtering import described, filter_of
from gateway.api.headers import IdempotencyKey, IfMatch, json_only, not_modified, tagged, with_etag
from gateway.api.shapes import Listing, listing
from trackline_schemas.records import AnyKind, RecordUse
from trackline_schemas.records.registry import KINDS

RecordId = Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$")]


# FastAPI reads the type of a body from the annotation, which is a value here: mypy cannot follow that.
def router_of(kind: AnyKind) -> APIRouter:
    create, update, view = kind.create, kind.update, kind.view
    noun, title, one = kind.name, kind.name.replace("_", " "), "/{record_id}"
    router = APIRouter(prefix=kind.address, tags=[noun], dependencies=[Depends(json_only)])

    listed: dict[str, Any] = {
        "response_model": Listing.__class_getitem__(view),
        "openapi_extra": described(kind.filters),
    }

    @router.get("", name=f"list_{noun}s", summary=f"List every {title}", **listed)
    async def list_records(request: Request, parts: Gateway, caller: CurrentCaller) -> Any:
        """By name, what you may read."""
        wanted = filter_of(request, kind.filters, caller.viewer.id)
        return listing(request, await parts.records.all(caller.reading(), kind, wanted), None)

    @router.post("", name=f"create_{noun}", summary=f"Make a {title}", status_code=201, response_model=view)
    async def create_record(
        response: Response,
        parts: Gateway,
        caller: CurrentCaller,
        command: create,  # type: ignore[valid-type]
        key: IdempotencyKey = None,
    ) -> Any:
        made = await records.create(parts, caller, kind, command, key)
        response.headers["Location"] = f"{kind.address}/{made.id}"
        return tagged(response, made)

    @router.get(
        "/{record_id}", name=f"get_{noun}", summary=f"Read a {title}", response_model=view, responses=with_etag()
    )
    async def get_record(
        request: Request, response: Response, parts: Gateway, caller: CurrentCaller, record_id: RecordId
    ) -> Any:
        found = await parts.records.get(caller.reading(), kind, record_id)
        return not_modified(request, found) or tagged(response, found)

    @router.patch(one, name=f"update_{noun}", summary=f"Change a {title}", response_model=view)
    async def update_record(
        response: Response,
        parts: Gateway,
        caller: CurrentCaller,
        record_id: RecordId,
        command: update,  # type: ignore[valid-type]
        version: IfMatch,
        key: IdempotencyKey = None,
    ) -> Any:
        """Only the members that are present change; `active: false` takes it out of use."""
        return tagged(response, await records.update(parts, caller, kind, record_id, command, version, key))

    return router


uses = APIRouter(prefix="/api/v1", tags=["audit"])


@uses.get("/categories/{record_id}/used-by", summary="What uses a category")
async def category_used_by(
    request: Request, parts: Gateway, caller: Administrator, record_id: RecordId
) -> Listing[RecordUse]:
    found = await records.used_by(parts, caller, "category", record_id)
    return listing(request, found, None)


@uses.get("/teams/{record_id}/used-by", summary="What uses a team")
async def team_used_by(
    request: Request, parts: Gateway, caller: Administrator, record_id: RecordId
) -> Listing[RecordUse]:
    """Its members, and the active records that name it."""
    found = await records.used_by(parts, caller, "team", record_id)
    return listing(request, found, None)


ROUTERS = [*(router_of(kind) for kind in KINDS.values() if kind.address), uses]
