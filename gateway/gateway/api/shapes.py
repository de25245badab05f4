"""The envelope of lists, and the query parameters of pages."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from trackline_schemas.paging import MAX_PAGE, Page, decode_cursor, encode_cursor, invalid_cursor

T = TypeVar("T")

PageSize = Annotated[int, Query(alias="page[size]", ge=1, le=MAX_PAGE, description="Items per page.")]
PageAfter = Annotated[
    str | None,
    Query(alias="page[after]", max_length=2000, description="The cursor from links.next of the page before."),
]
Sort = Annotated[
    str,
    Query(max_length=50, description="A field, with a leading minus for descending order.", examples=["-updated_at"]),
]


class Meta(BaseModel):
    has_more: bool


class Links(BaseModel):
    next: str | None = Field(None, description="The address of the next page, or null on the last page.")


class Listing(BaseModel, Generic[T]):
    data: list[T]
    meta: Meta
    links: Links


def listing(request: Request, items: Sequence[T], after: str | None) -> Listing[T]:
    return Listing[Any](data=list(items), meta=Meta(has_more=after is not None), links=links(request, after))


def json_listing(request: Request, page: Page[Any]) -> Response:
    """Answers the same for items that are JSON already."""
    meta, linked = {"has_more": page.after is not None}, {"next": links(request, page.after).next}
    body = orjson.dumps({"data": page.items, "meta": meta, "links": linked})
    return Response(body, media_type="application/json")


def links(request: Request, after: str | None) -> Links:
    if after is None:
        return Links(next=None)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page[after]"]
    return Links(next=f"{request.url.path}?{urlencode([*kept, ('page[after]', after)])}")


class Short:
    """A list that is short enough to be read as a whole. The caller may still ask for pages of it."""

    def __init__(
        self,
        request: Request,
        size: Annotated[
            int | None,
            Query(alias="page[size]", ge=1, le=MAX_PAGE, description="Items per page. Without it all are answered."),
        ] = None,
        after: PageAfter = None,
    ) -> None:
        self._request, self._size, self._after = request, size, after

    def listing(self, items: Sequence[T]) -> Listing[T]:
        """Raises ServiceError invalid_cursor."""
        (begin,) = decode_cursor(self._after, 1) if self._after else (0,)
        if not isinstance(begin, int) or begin < 0:
            raise invalid_cursor()
        end = begin + (self._size or len(items))
        return listing(self._request, items[begin:end], encode_cursor(end) if end < len(items) else None)


ShortList = Annotated[Short, Depends()]
