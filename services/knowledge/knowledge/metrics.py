"""Prometheus metrics of the knowledge service, in addition to those of the chassis."""

from prometheus_client import Counter, Gauge, Histogram

from trackline_core.metrics import Age, start_at_zero

DOCUMENTS = Gauge("trackline_search_documents", "Search documents of tickets and articles")
DIRTY = Gauge("trackline_search_dirty_documents", "Search documents that the index has not taken yet")
LAG = Age(Gauge("trackline_search_index_lag_seconds", "Time for which the oldest of them has waited"))
REBUILDING = Gauge("trackline_search_rebuilding", "1 while a new index is being filled")
REFUSED = Counter("trackline_search_refused_total", "Search documents that Elasticsearch refused for good")
SEARCHES = Counter(
    "trackline_searches_total",
    "Searches by backend (elasticsearch, mongodb) and outcome (answered, unavailable, refused)",
    ["backend", "outcome"],
)
SEARCH_SECONDS = Histogram("trackline_search_seconds", "Time of one search in one backend", ["backend"])

start_at_zero(SEARCHES, backend=["elasticsearch"], outcome=["answered", "unavailable", "refused"])
start_at_zero(SEARCHES, backend=["mongodb"], outcome=["answered"])
