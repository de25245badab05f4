"""The pages."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from gateway.portal.assets import Assets
from gateway.portal.errors import problem_page
from gateway.portal.routes import desk, home, inbox, search, settings, sign_in, tickets


def install(app: FastAPI) -> None:
    for module in (sign_in, home, tickets, desk, search, inbox, settings):
        app.include_router(module.router)
    app.mount("/static", Assets(), "static")
    app.state.problem_page = problem_page
    app.add_middleware(GZipMiddleware, minimum_size=1000)
