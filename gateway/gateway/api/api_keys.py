"""API keys, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from gateway.actions import api_keys
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, require_json
from gateway.api.shapes import Listing, ShortList
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import ApiKeyView, CreateApiKey

router = APIRouter(
    prefix="/api/v1/api-keys", tags=["settings"], dependencies=[Depends(store_errors), Depends(require_json)]
)


@router.post("", summary="Create an API key", status_code=201)
async def create_api_key(
    parts: Gateway, caller: Administrator, command: CreateApiKey, key: IdempotencyKey = None
) -> ApiKeyView:
    """Clients send `key` in the header `Authorization: Bearer …`. Only this answer contains it, and within an hour the
    answer to a repeat with the same Idempotency-Key. It works for a year, for `days`, or until `expires_at`."""
    return await api_keys.create(parts, caller, command, key)


@router.get("", summary="List all API keys")
async def list_api_keys(parts: Gateway, caller: Administrator, short: ShortList) -> Listing[ApiKeyView]:
    """Newest first, without the keys themselves. Expired keys stay in the list until somebody revokes them. Those that
    lack `expires_at` are of an earlier release."""
    return short.listing(await reads.list_api_keys(parts.people))


@router.delete("/{key_id}", summary="Revoke an API key", status_code=204)
async def revoke_api_key(parts: Gateway, caller: Administrator, key_id: Annotated[str, Path(max_length=64)]) -> None:
    """The next call with the key is refused."""
    await api_keys.revoke(parts, caller, key_id)
