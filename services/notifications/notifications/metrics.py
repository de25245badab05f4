"""What operators see of mail. Described in docs/notifications.md."""

from prometheus_client import Counter, Gauge

DELIVERIES = Gauge("trackline_deliveries", "Mail deliveries now in each state but sent", ["state"])
OLDEST_QUEUED = Gauge("trackline_delivery_oldest_queued_seconds", "Age of the oldest queued mail delivery, else 0")
ATTEMPTS = Counter(
    "trackline_mails_total", "Attempts at a mail, by outcome: sent, queued, failed, unknown", ["outcome"]
)
EXPIRED = Counter(
    "trackline_deliveries_expired_total", "Deliveries whose sender vanished while the server had the mail"
)
UNTHREADED = Counter("trackline_mails_unthreaded_total", "Mails without In-Reply-To or References: must stay 0")
