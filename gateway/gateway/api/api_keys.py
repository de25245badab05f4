"""API keys over HTTP, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from gateway.actions.caller import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import json_only
from gateway.api.shapes import Listing, listing
from gateway.kit.mongo import Document, store_errors
from gateway.people.models import ApiKeyView, CreateApiKey
from trackline_schemas.errors import reasons, refuse

router = APIRouter(
    prefix="/api/v1/api-keys", tags=["settings"], dependencies=[Depends(store_errors), Depends(json_only)]
)


@router.post("", summary="Make an API key", status_code=201)
async def create_api_key(parts: Gateway, caller: Administrator, command: CreateApiKey) -> ApiKeyView:
    """Send `key` as Authorization: Bearer … from then on. It is shown in this answer only."""
    user_id = command.user_id or caller.person.id
    person = parts.people.directory.user(user_id)
    if person is None or not person.active:
        raise refuse(reasons.people.NO_ACTIVE_PERSON, pointer="/user_id")
    row, key = await parts.people.api_keys.create(command, user_id, caller.person.id)
    return api_key(row).model_copy(update={"key": key})


@router.get("", summary="All API keys")
async def list_api_keys(request: Request, parts: Gateway, caller: Administrator) -> Listing[ApiKeyView]:
    """Newest first, without the keys themselves."""
    return listing(request, [api_key(row) for row in await parts.people.api_keys.all()], None)


@router.delete("/{key_id}", summary="Revoke an API key", status_code=204)
async def revoke_api_key(parts: Gateway, caller: Administrator, key_id: Annotated[str, Path(max_length=64)]) -> None:
    """From the next call on."""
    await parts.people.api_keys.revoke(key_id)


def api_key(row: Document) -> ApiKeyView:
    return ApiKeyView.model_validate({**row, "id": row["_id"]})
