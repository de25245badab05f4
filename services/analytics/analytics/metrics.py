"""Prometheus metrics of the analytics service, in addition to those of the chassis."""

from prometheus_client import Counter, Gauge

from analytics.domain.fact import Outcome
from trackline_core.metrics import start_at_zero

EVENTS = start_at_zero(
    Counter("trackline_analytics_events", "Ticket events by outcome", ["outcome"]), outcome=[*Outcome]
)
PARKED_FACTS = Gauge("trackline_analytics_parked_facts", "Tickets whose facts wait for a missing event")
REBUILDING = Gauge("trackline_analytics_rebuilding", "1 while a rebuild is running")
