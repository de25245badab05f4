"""Reading an article."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visiting
from gateway.portal.knowledge.page import render

router = APIRouter(include_in_schema=False)


@router.get("/a/{number}")
async def article(number: str, visit: Visiting) -> Response:
    shown, unread = await asyncio.gather(visit.parts.knowledge.article(visit.reading(), number), count_unread(visit))
    html = await render(visit, shown.body)
    return visit.page("article.html", shown=shown, html=html, unread=unread)
