"""Prometheus metrics of deliveries, which docs/notifications.md and docs/operating.md describe."""

from typing import Literal

from prometheus_client import Counter, Gauge

DELIVERIES = Gauge("trackline_deliveries", "Deliveries now in each state but sent", ["state"])
OLDEST_QUEUED = Gauge("trackline_delivery_oldest_queued_seconds", "Age of the oldest queued delivery, else 0")
# The name is older than the other channels; alerts and dashboards rely on it.
ATTEMPTS = Counter(
    "trackline_mails_total",
    "Attempts at a message, by channel and outcome: sent, queued, failed, unknown, refused",
    ["channel", "outcome"],
)
EXPIRED = Counter(
    "trackline_deliveries_expired_total", "Deliveries whose sender vanished while the other side had the message"
)
COMMANDS = Counter(
    "trackline_notification_commands_total",
    "Changes of records by outcome: updated, unchanged, conflict (stale version), refused",
    ["command", "outcome"],
)
UNTHREADED = Counter("trackline_mails_unthreaded_total", "Mails without In-Reply-To or References: must stay 0")

Outcome = Literal["created", "updated", "unchanged", "repeated", "conflict", "refused"]


def count(command: str, outcome: Outcome) -> None:
    COMMANDS.labels(command, outcome).inc()
