"""Logs: one JSON object a line on stdout, for our own log and for the libraries' alike.

Each line carries the service and, where a request caused it, its `request_id` and `trace_id`, as the services' lines do
(trackline_chassis/telemetry.py). The event text is a short sentence; what varies is in fields.
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
    """Marks what the block logs, and what the tasks log that it starts."""
    token = _request.set({"request_id": request_id, "trace_id": trace_id(traceparent)})
    try:
        yield
    finally:
        _request.reset(token)


def add_request(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**_request.get(_NONE), **event}


def _line(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)
