"""Categories: administrators write, everybody reads."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from gateway.actions.caller import Administrator, CurrentCaller
from gateway.actions.named import check_named
from gateway.actions.parts import Gateway
from gateway.api.examples import CATEGORY
from gateway.api.headers import IdempotencyKey, json_only
from gateway.api.shapes import Listing, listing
from gateway.kit.context import call_context
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.errors import not_found

router = APIRouter(prefix="/api/v1/categories", tags=["categories"], dependencies=[Depends(json_only)])

CategoryId = Annotated[str, Path(max_length=64)]


@router.get("", summary="All categories")
async def list_categories(request: Request, parts: Gateway, caller: CurrentCaller) -> Listing[Category]:
    return listing(request, await parts.tickets.categories(call_context(request, caller)), None)


@router.get("/{category_id}", summary="Read a category")
async def get_category(request: Request, parts: Gateway, caller: CurrentCaller, category_id: CategoryId) -> Category:
    for category in await parts.tickets.categories(call_context(request, caller)):
        if category.id == category_id:
            return category
    raise not_found("category", category_id)


@router.post("", status_code=201, summary="Make a category")
async def create_category(
    request: Request,
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: Annotated[CreateCategory, Body(openapi_examples=CATEGORY)],
    key: IdempotencyKey = None,
) -> Category:
    await check_named(parts.people, caller.viewer, command)
    context = call_context(request, caller, key=key, operation="category.create")
    category = await parts.tickets.create_category(context, command)
    response.headers["Location"] = f"/api/v1/categories/{category.id}"
    return category


@router.patch("/{category_id}", summary="Change a category")
async def update_category(
    request: Request,
    parts: Gateway,
    caller: Administrator,
    category_id: CategoryId,
    command: UpdateCategory,
    key: IdempotencyKey = None,
) -> Category:
    await check_named(parts.people, caller.viewer, command)
    context = call_context(request, caller, key=key, operation="category.update", ticket=category_id)
    return await parts.tickets.update_category(context, category_id, command)
