"""Requests of operators."""

from trackline_schemas.errors.reason import Reason

METRICS_FOR_OPERATORS_ONLY = Reason(
    "metrics_for_operators_only",
    "forbidden",
    "Send TRACKLINE_METRICS_TOKEN as a bearer token. Without this setting nobody may read the metrics.",
)
ENCRYPTION_KEY_MISSING = Reason(
    "encryption_key_missing",
    "unavailable",
    "A stored secret cannot be decrypted: the key {key} is not among TRACKLINE_ENCRYPTION_KEYS.",
)
REPLAYS_FOR_ADMINISTRATORS_ONLY = Reason(
    "replays_for_administrators_only",
    "forbidden",
    "Only administrators may start and watch replays.",
)
CONSUMER_UNKNOWN = Reason("consumer_unknown", "invalid", "There is no consumer {consumer}. Known: {consumers}.")
QUEUE_GONE = Reason("queue_gone", "conflict", "There is no queue {queue} to send it back to: drop it.")
