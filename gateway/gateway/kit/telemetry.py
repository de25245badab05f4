"""Logging: one JSON object per line on stdout, for our own log and for those of the libraries.

Each line carries the service and, if a request caused it, the `request_id` and `trace_id` of that request, as the lines
of the services do (trackline_chassis/telemetry.py). The event is a short constant text; values that vary are in fields.
"""

import logging
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import orjson
import structlog

from trackline_schemas.traceparent import trace_id

_request: ContextVar[Mapping[str, str]] = ContextVar("request")
_NONE: Mapping[str, str] = {}


def configure(service: str, level: str) -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda *line: {"service": service, **add_request(*line)},
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_line)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda event, **_: _line(event).decode()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


@contextmanager
def caused_by(request_id: str, traceparent: str) -> Iterator[None]:
    """Adds the ids to every line that the block logs, and to the lines of tasks that the block starts."""
    token = _request.set({"request_id": request_id, "trace_id": trace_id(traceparent)})
    try:
        yield
    finally:
        _request.reset(token)


def add_request(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**_request.get(_NONE), **event}


def _line(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)
