"""The endpoints for operators: /livez, /readyz and /metrics."""

import asyncio
import hmac

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from gateway.actions import health
from gateway.actions.parts import Gateway, Parts
from trackline_schemas.errors import reasons, refuse

router = APIRouter(tags=["operation"])


@router.get("/livez", summary="Check that the process runs")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@router.get(
    "/readyz", summary="Check that the gateway can serve requests", responses={503: {"description": "Not ready"}}
)
async def readyz(parts: Gateway) -> JSONResponse:
    checks = await parts.readiness.state()
    ready = all(answer == "ok" for answer in checks.values())
    return JSONResponse({"status": "ok" if ready else "not ready", **checks}, 200 if ready else 503)


@router.get("/metrics", summary="For Prometheus, with the metrics token", include_in_schema=False)
async def metrics(request: Request, parts: Gateway) -> Response:
    if not _has_token(request, parts):
        raise refuse(reasons.operating.METRICS_FOR_OPERATORS_ONLY)
    await asyncio.gather(health.measure_queues(parts), parts.readiness.state())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _has_token(request: Request, parts: Parts) -> bool:
    # A connection from loopback proves nothing: a proxy on this machine makes them too.
    token = parts.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return token is not None and hmac.compare_digest(given.encode(), token.get_secret_value().encode())
