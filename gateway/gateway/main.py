"""The gateway as an ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from gateway import api, portal
from gateway.actions.identity import admit
from gateway.actions.parts import Parts
from gateway.actions.security_log import note_refusal
from gateway.api import openapi, ops, problem_pages
from gateway.api.parameters import check_parameters
from gateway.kit import problems
from gateway.kit.cookies import CookieMiddleware
from gateway.kit.limits import BodyLimitMiddleware
from gateway.kit.methods import MethodMiddleware
from gateway.kit.middleware import RequestMiddleware
from gateway.kit.settings import Settings
from gateway.wiring.build import build as build_parts


def create_app(settings: Settings, build: Callable[[Settings], Parts] = build_parts) -> FastAPI:
    """Returns the application. Tests pass a `build` that returns parts of their own."""
    app = FastAPI(
        title="Trackline",
        version="1.0.0",
        lifespan=_lifespan,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        # Our own middleware logs and measures, so that FastAPI need not look for OpenTelemetry at each request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.build = build
    problems.install(app)
    app.state.note_refusal = note_refusal
    for router in api.ROUTERS:
        app.include_router(router, dependencies=[Depends(check_parameters)])
    for router in (ops.router, openapi.router, problem_pages.router):
        app.include_router(router)
    portal.install(app)
    app.add_middleware(BodyLimitMiddleware, settings=settings, admit=admit)
    app.add_middleware(MethodMiddleware)
    app.add_middleware(RequestMiddleware)
    if settings.secure:
        app.add_middleware(CookieMiddleware)
    return app


def _operation_id(route: APIRoute) -> str:
    """Returns the name of the route's function: generated clients name the operation after it."""
    return route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.build(app.state.settings)
    app.state.parts = parts
    await parts.start()
    try:
        yield
    finally:
        await parts.close()
