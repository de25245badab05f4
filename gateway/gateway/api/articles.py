"""Knowledge articles."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from gateway.actions import articles
from gateway.actions.identity import CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.examples import ARTICLE, RESTORE
from gateway.api.filtering import filter_parameters, parse_filter
from gateway.api.headers import ETAG, IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.api.shapes import Listing, PageAfter, PageSize, Sort, listing
from trackline_schemas.articles import (
    ArticleDiff,
    ArticleVersion,
    ArticleView,
    CreateArticle,
    RestoreArticle,
    UpdateArticle,
)
from trackline_schemas.filters import ARTICLE_FIELDS
from trackline_schemas.paging import PageQuery

router = APIRouter(prefix="/api/v1/articles", tags=["articles"], dependencies=[Depends(require_json)])

Number = Annotated[str, Path(max_length=64, examples=["KB-12"])]
MAX_VERSION = 2**31
Version = Annotated[int, Path(ge=1, le=MAX_VERSION)]
Compared = Annotated[int, Query(ge=1, le=MAX_VERSION)]


@router.post("", status_code=201, responses={201: ETAG}, summary="Write an article")
async def create_article(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    command: Annotated[CreateArticle, Body(openapi_examples=ARTICLE)],
    key: IdempotencyKey = None,
) -> ArticleView:
    article = await articles.create(parts, caller, command, key)
    response.headers["Location"] = f"/api/v1/articles/{article.number}"
    return set_etag(response, article)


@router.get("", summary="List articles", openapi_extra=filter_parameters(ARTICLE_FIELDS))
async def list_articles(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    sort: Sort = "-updated_at",
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[ArticleView]:
    query = PageQuery(filter=parse_filter(request, ARTICLE_FIELDS, caller.viewer.id), sort=sort, size=size, after=after)
    page = await parts.knowledge.articles(caller.reading(), query)
    return listing(request, page.items, page.after)


@router.get("/{number}", response_model=ArticleView, responses=etag_responses(), summary="Read an article")
async def get_article(
    request: Request, response: Response, parts: Gateway, caller: CurrentCaller, number: Number
) -> ArticleView | Response:
    article = await parts.knowledge.article(caller.reading(), number)
    return not_modified(request, article) or set_etag(response, article)


@router.patch("/{number}", responses={200: ETAG}, summary="Change, publish or archive an article")
async def update_article(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    command: UpdateArticle,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> ArticleView:
    return set_etag(response, await articles.update(parts, caller, number, command, version, key))


@router.get("/{number}/versions", summary="List the versions of an article, newest first (agents)")
async def list_versions(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[ArticleVersion]:
    page = await parts.knowledge.article_versions(caller.reading(), number, size, after)
    return listing(request, page.items, page.after)


@router.get("/{number}/versions/{version}", summary="Read an earlier version of an article (agents)")
async def get_version(parts: Gateway, caller: CurrentCaller, number: Number, version: Version) -> ArticleView:
    return await parts.knowledge.article_version(caller.reading(), number, version)


@router.get("/{number}/diff", summary="Compare two versions of an article word by word (agents)")
async def compare_versions(
    parts: Gateway, caller: CurrentCaller, number: Number, earlier: Compared, later: Compared
) -> ArticleDiff:
    return await articles.compare(parts, caller, number, earlier, later)


@router.post("/{number}/restore", responses={200: ETAG}, summary="Restore the text of an earlier version")
async def restore_article(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    command: Annotated[RestoreArticle, Body(openapi_examples=RESTORE)],
    version: IfMatch,
    key: IdempotencyKey = None,
) -> ArticleView:
    return set_etag(response, await articles.restore(parts, caller, number, command, version, key))
