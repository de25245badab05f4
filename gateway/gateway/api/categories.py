"""Categories: administrators write them, everybody reads them."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from gateway.actions import records
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.examples import CATEGORY
from gateway.api.headers import IdempotencyKey, require_json
from gateway.api.shapes import Listing, listing
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.errors import not_found
from trackline_schemas.records.kinds.category import KIND

router = APIRouter(prefix="/api/v1/categories", tags=["categories"], dependencies=[Depends(require_json)])

CategoryId = Annotated[str, Path(max_length=64)]


@router.get("", summary="List all categories")
async def list_categories(request: Request, parts: Gateway, caller: CurrentCaller) -> Listing[Category]:
    return listing(request, await parts.tickets.categories(caller.reading()), None)


@router.get("/{category_id}", summary="Read a category")
async def get_category(parts: Gateway, caller: CurrentCaller, category_id: CategoryId) -> Category:
    for category in await parts.tickets.categories(caller.reading()):
        if category.id == category_id:
            return category
    raise not_found("category", category_id)


@router.post("", status_code=201, summary="Create a category")
async def create_category(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: Annotated[CreateCategory, Body(openapi_examples=CATEGORY)],
    key: IdempotencyKey = None,
) -> Category:
    category = await records.create(parts, caller, KIND, command, key)
    response.headers["Location"] = f"/api/v1/categories/{category.id}"
    return category


@router.patch("/{category_id}", summary="Change a category")
async def update_category(
    parts: Gateway,
    caller: Administrator,
    category_id: CategoryId,
    command: UpdateCategory,
    key: IdempotencyKey = None,
) -> Category:
    return await records.update(parts, caller, KIND, category_id, command, key=key)
