"""The filter language."""

from trackline_schemas.errors.reason import Reason

FILTER_TOO_MANY_CONDITIONS = Reason(
    "filter_too_many_conditions",
    "invalid_filter",
    "The filter has more than {most} conditions.",
)
FILTER_TOO_DEEP = Reason("filter_too_deep", "invalid_filter", "The filter is nested more than {most} deep.")
FILTER_FIELD_UNKNOWN = Reason(
    "filter_field_unknown",
    "invalid_filter",
    "There is no field {name} to filter by. Known: {fields}.",
)
FILTER_FIELD_WITHOUT_ORDER = Reason(
    "filter_field_without_order",
    "invalid_filter",
    "{field} has no order: use eq, in or is_set instead of {operator}.",
)
FILTER_TOO_MANY_VALUES = Reason(
    "filter_too_many_values",
    "invalid_filter",
    "{field} in … takes a list of at most {most} values.",
)
FILTER_VALUE_OF_ANOTHER_TYPE = Reason(
    "filter_value_of_another_type",
    "invalid_filter",
    "{field} takes a {type}, not {value}.",
)
FILTER_VALUE_NOT_A_DATE = Reason(
    "filter_value_not_a_date",
    "invalid_filter",
    "{field} takes an ISO 8601 date such as 2026-01-31T09:00:00Z, not {value}.",
)
FILTER_PARAMETER_NOT_VALID = Reason(
    "filter_parameter_not_valid",
    "invalid_filter",
    "{name} is not of the form filter[field] or filter[field][op].",
)
FILTER_NOT_A_TREE = Reason("filter_not_a_tree", "invalid_filter", "filter must be a JSON tree such as {example}.")
FILTER_OPERATOR_UNKNOWN = Reason(
    "filter_operator_unknown",
    "invalid_filter",
    "{operator} is not an operator. Known: {operators}.",
)
QUERY_FIELD_UNKNOWN = Reason(
    "query_field_unknown",
    "invalid_filter",
    "“{name}” is not understood. Did you mean “{meant}”? Possible: {values}. In quotes, it is searched as a word.",
)
QUERY_VALUE_UNKNOWN = Reason(
    "query_value_unknown",
    "invalid_filter",
    "“{value}” is not understood after “{name}:”. Possible: {values}.",
)
QUERY_PERSON_UNKNOWN = Reason(
    "query_person_unknown",
    "invalid_filter",
    "Nobody whom you can name after “{name}:” is called “{value}”. Possible: a name, an email address, {values}.",
)
QUERY_WITHOUT_ORDER = Reason(
    "query_without_order",
    "invalid_filter",
    "“{name}:” has no order, so that “{operator}” is not understood behind it. Leave it out.",
)
QUERY_NAME_OF_MANY = Reason(
    "query_name_of_many",
    "invalid_filter",
    "More than {most} people are called “{value}”. Write more of the name, or an address.",
)
QUERY_TOO_LONG = Reason("query_too_long", "invalid_filter", "The search has more than {most} conditions and phrases.")
