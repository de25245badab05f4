"""Prometheus metrics of deliveries, which docs/notifications.md and docs/operating.md describe."""

from typing import Literal, get_args

from prometheus_client import Counter, Gauge

from trackline_core.metrics import Age, start_at_zero
from trackline_core.records.command import record_commands
from trackline_schemas.records.registry import kept_by

SHOWN = ("queued", "claimed", "handing", "failed", "unknown")
DELIVERIES = start_at_zero(
    Gauge("trackline_deliveries", "Deliveries now in each state but sent", ["state"]), state=SHOWN
)
OLDEST_QUEUED = Age(Gauge("trackline_delivery_oldest_queued_seconds", "Age of the oldest queued delivery, else 0"))
# The outcomes of one attempt. "refused" is a failure by our own rules.
ATTEMPTED = ("sent", "queued", "failed", "unknown", "refused")
# The name is older than the other channels; alerts and dashboards rely on it.
ATTEMPTS = Counter(
    "trackline_mails_total",
    "Attempts at a message, by channel and outcome: sent, queued, failed, unknown, refused",
    ["channel", "outcome"],
)
EXPIRED = Counter(
    "trackline_deliveries_expired_total", "Deliveries whose sender vanished while the other side had the message"
)
UNTHREADED = Counter("trackline_mails_unthreaded_total", "Mails without In-Reply-To or References: must stay 0")

Outcome = Literal["created", "updated", "unchanged", "repeated", "conflict", "refused"]
COMMANDS = start_at_zero(
    Counter(
        "trackline_notification_commands_total",
        "Changes of records by outcome: updated, unchanged, conflict (stale version), refused",
        ["command", "outcome"],
    ),
    command=record_commands(kept_by("notifications")),
    outcome=get_args(Outcome),
)


def count(command: str, outcome: Outcome) -> None:
    COMMANDS.labels(command, outcome).inc()
