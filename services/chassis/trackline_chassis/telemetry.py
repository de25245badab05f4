"""Logging: one JSON object per line on stdout, for our own messages and for those of the libraries.

Each line names the service. If a call or an event caused it, the line has the `request_id` and `trace_id` of the HTTP
request that started everything. The text is a short sentence, and variable parts are in fields.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.traceparent import trace_id

# Each greenlet has its own value, so concurrent calls do not mix.
_cause: ContextVar[CallContext | Event | None] = ContextVar("cause", default=None)


def configure(service: str, level: str) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda _logger, _name, event: {"service": service, **_cause_fields(), **event},
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    last: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # nameko and the drivers log every call at INFO and DEBUG.
    for name in ("nameko", "amqp", "kombu", "pymongo", "elastic_transport", "elasticsearch"):
        logging.getLogger(name).setLevel(logging.WARNING)


def begin(call: CallContext | None) -> None:
    """Adds the ids of the call to everything that this greenlet logs from now on. The greenlet ends with the call."""
    _cause.set(call)


@contextmanager
def caused_by(event: Event) -> Iterator[None]:
    """Adds the ids of the event to everything that the block logs."""
    token = _cause.set(event)
    try:
        yield
    finally:
        _cause.reset(token)


def _cause_fields() -> dict[str, str]:
    cause = _cause.get()
    if cause is None:
        return {}
    request_id = cause.requestid if isinstance(cause, Event) else cause.request_id
    found = {"request_id": request_id, "trace_id": trace_id(cause.traceparent or "")}
    return {name: value for name, value in found.items() if value}
