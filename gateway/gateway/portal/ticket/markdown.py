"""The texts of a ticket as HTML, which exists in the memory of the gateway and in the page only."""

import time
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from gateway.markdown.renderer import LONGEST_WAIT
from gateway.portal.kit import markup
from gateway.portal.kit.forms import Posted
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.ticket.views import Comment

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Preview:
    """`html` is None if formatting the text takes too long."""

    text: str
    html: Markup | None


@dataclass(frozen=True)
class Written:
    """A text as HTML: `formatted`, or as it was written."""

    html: Markup
    formatted: bool = False


class Texts:
    """The texts that one page shows. Formatting all of them may take as long as a reader waits for one."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._until = time.monotonic() + LONGEST_WAIT
        self._comments: dict[str, Written] = {}
        # by the text, for a solution that is the text of a comment
        self._formatted: dict[str, Written] = {}

    async def add(self, comment: Comment) -> Written:
        written = self._comments[comment.id] = await self._show(comment)
        return written

    def of(self, comment: Comment) -> Written:
        return self._comments[comment.id]

    def solution(self, text: str) -> Written:
        """A solution has no format of its own."""
        return self._formatted.get(text) or Written(markup.plain(text))

    async def _show(self, comment: Comment) -> Written:
        text = comment.text or ""
        if comment.format != "markdown" or (html := await self._format(text)) is None:
            return Written(markup.plain(text))
        written = self._formatted[text] = Written(html, formatted=True)
        return written

    async def _format(self, text: str) -> Markup | None:
        left = max(0.0, self._until - time.monotonic())
        return await self._visit.parts.renderer.render(text, self._visit.person.id, "comment", left)


async def preview(visit: Visit, text: str) -> Preview:
    return Preview(text, await visit.parts.renderer.render(text, visit.person.id, "comment"))


@router.post("/markdown")
async def show_preview(visit: Visiting, form: Posted) -> Response:
    """Returns a text as a comment would show it."""
    shown = await preview(visit, form.text("text"))
    return visit.page("markdown_preview.html", written=shown.text, html=shown.html)
