"""Measures and their periods."""

from trackline_schemas.errors.reason import Reason

INSIGHTS_FOR_AGENTS_ONLY = Reason("insights_for_agents_only", "forbidden", "Only agents may see the insights.")
ANALYTICS_FOR_AGENTS_ONLY = Reason("analytics_for_agents_only", "forbidden", "Only agents may read the analytics.")
REBUILD_FOR_ADMINISTRATORS_ONLY = Reason(
    "rebuild_for_administrators_only",
    "forbidden",
    "Only administrators may rebuild the analytics.",
)
NUMBERS_BEING_REBUILT = Reason(
    "numbers_being_rebuilt",
    "unavailable",
    "The numbers are being built anew for this release: try again later.",
)
MEASURE_UNKNOWN = Reason("measure_unknown", "not_found", "There is no such number.")
ZONE_UNKNOWN = Reason("zone_unknown", "invalid", "{zone} is not a time zone such as Europe/Berlin.")
DATE_NOT_VALID = Reason("date_not_valid", "invalid", "A date looks like 2026-01-31.")
FIRST_DAY_AFTER_LAST = Reason("first_day_after_last", "invalid", "The first day must not be after the last.")
PERIOD_EMPTY = Reason("period_empty", "invalid", "The period must end after it begins.")
PERIOD_AT_END_OF_CALENDAR = Reason(
    "period_at_end_of_calendar",
    "invalid",
    "The period lies at the end of the calendar.",
)
NO_PERIOD_BEFORE = Reason("no_period_before", "invalid", "There is no period before the beginning of the calendar.")
COMPARISON_BEGINS_TOO_LATE = Reason(
    "comparison_begins_too_late",
    "invalid",
    "The period to compare with must begin before the period.",
)
TOO_MANY_BUCKETS = Reason(
    "too_many_buckets",
    "invalid",
    "The period has more than {most} of these: ask for longer ones or a shorter period.",
)
TOO_MANY_NUMBERS = Reason(
    "too_many_numbers",
    "invalid",
    "These are more than {most} numbers: ask for fewer groups or a shorter period.",
)
GROUP_NAMED_TWICE = Reason("group_named_twice", "invalid", "Name each field once.")
GROUP_UNKNOWN = Reason("group_unknown", "invalid", "group_by takes at most two of {fields}.")
