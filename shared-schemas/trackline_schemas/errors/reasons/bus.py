"""A part of Trackline is not running, does not answer or has failed."""

from trackline_schemas.errors.reason import Reason

SERVICE_NOT_RUNNING = Reason("service_not_running", "unavailable", "{service} is not running. Try again in a moment.")
SERVICE_NOT_ANSWERING = Reason("service_not_answering", "timeout", "{service} did not answer in time.")
SERVICE_FAILED = Reason("service_failed", "internal", "{service} failed. Give the request id to your administrator.")
ANSWER_NOT_UNDERSTOOD = Reason(
    "answer_not_understood",
    "internal",
    "{service} gave an answer that does not fit its contract.",
)
INTERNAL_ERROR = Reason("internal_error", "internal", "Something went wrong on our side. It has been recorded.")
BUS_UNREACHABLE = Reason("bus_unreachable", "unavailable", "The message bus is not reachable. Try again in a moment.")
BUS_FULL = Reason(
    "bus_full",
    "unavailable",
    "The message bus takes no messages, because its memory or disk is full. Tell your administrator.",
)
TOO_MANY_REQUESTS_UNDER_WAY = Reason(
    "too_many_requests_under_way",
    "unavailable",
    "Too many requests are under way. Try again in a moment.",
)
TOO_MANY_SIMULTANEOUS_CHANGES = Reason(
    "too_many_simultaneous_changes",
    "unavailable",
    "Too many changes at the same moment. Send the request again.",
)
DATABASE_UNREACHABLE = Reason(
    "database_unreachable",
    "unavailable",
    "The database is not reachable. Try again in a moment.",
)
CONNECTION_LOST = Reason(
    "connection_lost",
    "outcome_unknown",
    "The connection was lost before the answer came. Repeat the request with the same Idempotency-Key.",
)
