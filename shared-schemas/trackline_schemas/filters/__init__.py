"""A small filter language over keyword, number, date and bool fields, which is compiled to the queries of each store.

A field that is missing, null or [] counts as not set. An array matches if one of its elements matches.
"""

from trackline_schemas.article_fields import ARTICLE_FIELDS
from trackline_schemas.filters.elastic import to_elastic
from trackline_schemas.filters.fields import check_filter
from trackline_schemas.filters.memory import matches
from trackline_schemas.filters.mongo import to_mongo
from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or, fields_of
from trackline_schemas.filters.url import from_query
from trackline_schemas.ticket.fields import TICKET_FIELDS

__all__ = [
    "ARTICLE_FIELDS",
    "TICKET_FIELDS",
    "And",
    "Condition",
    "Filter",
    "Not",
    "Or",
    "check_filter",
    "fields_of",
    "from_query",
    "matches",
    "to_elastic",
    "to_mongo",
]
