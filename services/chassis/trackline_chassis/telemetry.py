"""Logging: one JSON object per line on stdout, for our own messages and for those of the libraries.

Each line names the service. If a call or an event caused it, the line has the `request_id` and `trace_id` of the HTTP
request that started everything. A line about several events of different requests has `request_ids` and `trace_ids`.
The text is a short sentence, and variable parts are in fields.
"""

import logging
import sys
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.traceparent import trace_id

# Each greenlet has its own value, so concurrent calls do not mix.
_causes: ContextVar[Sequence[CallContext | Event]] = ContextVar("causes", default=())


def configure(service: str, level: str) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda *line: {"service": service, **add_causes(*line)},
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
    _causes.set([call] if call else [])


@contextmanager
def caused_by(causes: Sequence[CallContext | Event]) -> Iterator[None]:
    """Adds the ids of the call or the events to everything that the block logs."""
    token = _causes.set(causes)
    try:
        yield
    finally:
        _causes.reset(token)


def add_causes(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    causes = _causes.get()
    return {
        **_field("request_id", (one.requestid if isinstance(one, Event) else one.request_id for one in causes)),
        **_field("trace_id", (trace_id(one.traceparent or "") for one in causes)),
        **event,
    }


def _field(name: str, ids: Iterable[str | None]) -> dict[str, Any]:
    """Returns the one id, or all of them under the plural of the name."""
    found = list(dict.fromkeys(filter(None, ids)))
    if not found:
        return {}
    return {name: found[0]} if len(found) == 1 else {f"{name}s": found}
