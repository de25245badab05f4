"""The pages that people see in a browser, and how they are added to the application."""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from gateway.portal.account import passwords, profile, sign_in
from gateway.portal.calls import routes as calls
from gateway.portal.desk import changes as desk_changes
from gateway.portal.desk import routes as desk
from gateway.portal.help import routes as home
from gateway.portal.inbox import routes as inbox
from gateway.portal.insights import routes as insights
from gateway.portal.kit.assets import Assets
from gateway.portal.kit.errors import problem_page
from gateway.portal.knowledge import reading
from gateway.portal.knowledge import routes as articles
from gateway.portal.search import routes as search
from gateway.portal.settings import routes as settings
from gateway.portal.ticket import markdown
from gateway.portal.ticket import routes as tickets

# A strong ETag identifies the exact bytes (RFC 9110 §8.8.1), so that responses whose ETag a client may send back in
# If-Match have one encoding only.
UNCOMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/json", "application/problem+json")

SLICES = (
    sign_in,
    passwords,
    calls,
    home,
    tickets,
    markdown,
    reading,
    articles,
    desk,
    desk_changes,
    insights,
    search,
    inbox,
    profile,
    settings,
)


def install(app: FastAPI) -> None:
    for module in SLICES:
        app.include_router(module.router)
    app.mount("/static", Assets(), "static")
    app.state.problem_page = problem_page
    # The highest level takes the loop much longer, and makes a page hardly shorter.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6, exclude_content_types=UNCOMPRESSED)
