"""The search index."""

from trackline_schemas.errors.reason import Reason

SEARCH_STATUS_FOR_AGENTS_ONLY = Reason(
    "search_status_for_agents_only",
    "forbidden",
    "Only agents may see the state of the search index.",
)
SEARCH_FOR_ADMINISTRATORS_ONLY = Reason(
    "search_for_administrators_only",
    "forbidden",
    "Only administrators may build and repair the search index.",
)
COMPARISON_ONLY_REPORTS = Reason(
    "comparison_only_reports",
    "conflict",
    "A comparison that only reports and repairs nothing is running. Wait until it has finished.",
)
COMPARISON_MENDS = Reason(
    "comparison_mends",
    "conflict",
    "A comparison that repairs the index is running. Wait until it has finished.",
)
ELASTICSEARCH_MISSING = Reason(
    "elasticsearch_missing",
    "conflict",
    "There is no Elasticsearch: set TRACKLINE_ELASTICSEARCH_URL first.",
)
