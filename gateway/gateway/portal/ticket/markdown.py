"""The formatted texts of comments. Their HTML exists in the memory of the gateway and in the page only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from gateway.portal.kit.forms import Posted
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.ticket.views import Comment

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Preview:
    """`html` is None if formatting the text takes too long."""

    text: str
    html: Markup | None


async def render_comments(visit: Visit, comments: Iterable[Comment]) -> Mapping[str, Markup]:
    """Returns text → HTML of the comments in Markdown. What takes too long is missing, and is shown as written."""
    texts = [comment.text for comment in comments if comment.text and comment.format == "markdown"]
    return await visit.parts.renderer.render_comments(texts, visit.person.id)


async def preview(visit: Visit, text: str) -> Preview:
    return Preview(text, await visit.parts.renderer.render(text, visit.person.id, "comment"))


@router.post("/markdown")
async def show_preview(visit: Visiting, form: Posted) -> Response:
    """Returns a text as a comment would show it."""
    shown = await preview(visit, form.text("text"))
    return visit.page("markdown_preview.html", written=shown.text, html=shown.html)
