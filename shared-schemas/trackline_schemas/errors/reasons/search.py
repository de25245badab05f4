"""The search index."""

from trackline_schemas.errors.reason import Reason

SEARCH_STATUS_FOR_AGENTS_ONLY = Reason(
    "search_status_for_agents_only",
    "forbidden",
    "The state of the search index is for agents.",
)
SEARCH_FOR_ADMINISTRATORS_ONLY = Reason(
    "search_for_administrators_only",
    "forbidden",
    "Only administrators build and mend the search index.",
)
COMPARISON_ONLY_REPORTS = Reason(
    "comparison_only_reports",
    "conflict",
    "A comparison is under way that only reports and mends nothing. Wait for its end.",
)
COMPARISON_MENDS = Reason(
    "comparison_mends",
    "conflict",
    "A comparison is under way that mends what it finds. Wait for its end.",
)
ELASTICSEARCH_MISSING = Reason(
    "elasticsearch_missing",
    "conflict",
    "There is no Elasticsearch: set TRACKLINE_ELASTICSEARCH_URL first.",
)
