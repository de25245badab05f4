"""Prometheus metrics of the analytics service, in addition to those of the chassis."""

from prometheus_client import Counter, Gauge

EVENTS = Counter("trackline_analytics_events", "Ticket events by outcome", ["outcome"])
PARKED_FACTS = Gauge("trackline_analytics_parked_facts", "Tickets whose facts wait for a missing event")
LAG_SECONDS = Gauge("trackline_analytics_lag_seconds", "Time from writing a live event to its fact, in the last batch")
REBUILDING = Gauge("trackline_analytics_rebuilding", "1 while a rebuild is running")
