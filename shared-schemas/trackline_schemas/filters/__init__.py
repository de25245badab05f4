"""One small, closed filter language over keyword, number, date and bool fields, compiled to each store.

Fields that are missing, null or [] are all "not set"; an array matches where one of its elements does.
"""

from trackline_schemas.article_fields import ARTICLE_FIELDS
from trackline_schemas.filters.elastic import to_elastic
from trackline_schemas.filters.fields import checked
from trackline_schemas.filters.memory import matches
from trackline_schemas.filters.mongo import to_mongo
from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or
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
    "checked",
    "from_query",
    "matches",
    "to_elastic",
    "to_mongo",
]
