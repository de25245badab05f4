"""The gateway as an ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from gateway import container, portal, problems
from gateway.people.api import router as people_router
from gateway.settings import Settings


def create_app(
    settings: Settings, build: Callable[[Settings], container.Container] = container.build
) -> FastAPI:
    """`build` is for tests that bring their own collaborators."""
    app = FastAPI(title="Trackline", version="1.0.0", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.build = build
    problems.install(app)
    app.include_router(people_router)
    portal.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts = app.state.build(app.state.settings)
    app.state.container = parts
    await parts.start()
    try:
        yield
    finally:
        await parts.close()
