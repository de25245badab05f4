"""The pages."""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from gateway.portal.assets import Assets
from gateway.portal.errors import problem_page
from gateway.portal.routes import (
    articles,
    desk,
    home,
    inbox,
    insights,
    passwords,
    profile,
    search,
    settings,
    sign_in,
    tickets,
)

# A strong ETag names the very bytes (RFC 9110 §8.8.1): what an If-Match may quote goes out in one encoding only.
UNCOMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/json", "application/problem+json")


def install(app: FastAPI) -> None:
    for module in (sign_in, passwords, home, tickets, articles, desk, insights, search, inbox, profile, settings):
        app.include_router(module.router)
    app.mount("/static", Assets(), "static")
    app.state.problem_page = problem_page
    app.add_middleware(GZipMiddleware, minimum_size=1000, exclude_content_types=UNCOMPRESSED)
