"""The Prometheus metrics of the gateway."""

from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram

from trackline_core.metrics import start_at_zero
from trackline_schemas.events import Sight
from trackline_schemas.events.registry import GATEWAY, LIVE, skipped_by

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

RPC_SECONDS = Histogram(
    "trackline_gateway_rpc_seconds",
    "RPC calls by outcome.",
    ["service", "method", "outcome"],
    buckets=_SECONDS,
)
HTTP_SECONDS = Histogram(
    "trackline_gateway_http_seconds",
    "Requests by route template.",
    ["method", "route", "status"],
    buckets=_SECONDS,
)
LIVE_CLIENTS = Gauge("trackline_gateway_live_clients", "Open live streams.")
LIVE_EVENTS = start_at_zero(
    Counter("trackline_gateway_live_events_total", "Events sent to live streams.", ["event"]),
    event=[*get_args(Sight), "inbox", "category", "resync"],
)
EVENTS_SKIPPED = Counter(
    "trackline_events_skipped_total", "Events of a type that the reader does not handle.", ["reader", "type"]
)
for _reader in (LIVE, GATEWAY):
    start_at_zero(EVENTS_SKIPPED, reader=[_reader], type=skipped_by(_reader))
CloseReason = Literal["broker", "client", "expired", "revoked", "shutdown", "slow", "stuck"]
LIVE_CLOSED = start_at_zero(
    Counter("trackline_gateway_live_closed_total", "Live streams closed by the gateway.", ["reason"]),
    reason=get_args(CloseReason),
)
SIGN_INS = start_at_zero(
    Counter("trackline_sign_ins_total", "Attempts to sign in with a password.", ["outcome"]),
    outcome=["succeeded", "failed", "throttled", "busy"],
)
SIGN_INS_THROTTLED = Counter(
    "trackline_sign_ins_throttled_total", "Attempts refused because of earlier failures, by what counted them.", ["by"]
)
FILE_SCANS = start_at_zero(
    Counter("trackline_gateway_file_scans_total", "Files that the virus scanner was asked about.", ["outcome"]),
    outcome=["clean", "infected", "too_large", "failed"],
)
FILE_JUDGEMENTS = start_at_zero(
    Counter("trackline_file_judgements_total", "Files that a process of their own looked through.", ["outcome"]),
    outcome=["clean", "program", "costly", "failed"],
)
SECURITY_LOG_DROPPED = Counter(
    "trackline_security_log_dropped_total", "Entries of the security log that found no place."
)
READY = Gauge("trackline_ready", "1 while this check of readiness succeeds, else 0.", ["check"])
DEAD_LETTERS = Gauge("trackline_dead_letters", "Messages in the dead letter queue.")
QUEUE_DEPTH = Gauge("trackline_queue_messages", "Messages ready in a queue of the topology.", ["queue"])
BROKER_UP = Gauge("trackline_gateway_broker_connected", "1 while the connection to RabbitMQ stands.")
BROKER_BLOCKED = Gauge(
    "trackline_gateway_broker_blocked", "1 while RabbitMQ takes no messages, because its memory or disk is full."
)
