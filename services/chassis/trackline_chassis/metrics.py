"""Prometheus metrics of every service. docs/operating.md documents their names and labels."""

from prometheus_client import Counter, Gauge, Histogram

RPC_SECONDS = Histogram(
    "trackline_rpc_seconds",
    "Time in an RPC method, by outcome: ok, or the error's code",
    ["method", "outcome"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
RPC_EXPIRED = Counter("trackline_rpc_expired_total", "Calls dropped unread because their deadline had passed")
EVENTS = Counter("trackline_events_total", "Events settled, by outcome: ok, retried, dead", ["queue", "outcome"])
EVENTS_SKIPPED = Counter(
    "trackline_events_skipped_total", "Events of a type that the reader does not handle", ["reader", "type"]
)
EVENT_BATCH_SECONDS = Histogram("trackline_event_batch_seconds", "Time to handle one batch of events", ["queue"])
EVENTS_HELD = Gauge("trackline_events_held", "1 while a batch waits for a store that is down", ["queue"])
EVENT_AGE = Gauge(
    "trackline_event_age_seconds", "Age of the oldest live event that is being handled, else 0", ["queue"]
)
OUTBOX_AGE = Gauge(
    "trackline_outbox_age_seconds", "Age of the oldest event that is overdue for the bus, else 0", ["of"]
)
OUTBOX_RELAYED = Counter(
    "trackline_outbox_relayed_total", "Events relayed, by outcome: confirmed, refused", ["of", "outcome"]
)
READY = Gauge("trackline_ready", "1 while this check of readiness succeeds, else 0", ["check"])

SETTLED = ("ok", "retried", "dead")
RELAYED = ("confirmed", "refused")
