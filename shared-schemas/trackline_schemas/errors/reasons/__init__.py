"""The reasons for refusing a request, with one module for each area. A constant has the name of its reason in
capitals."""

from trackline_schemas.errors.reasons import (
    access,
    addresses,
    analytics,
    articles,
    bus,
    categories,
    files,
    filters,
    mail,
    operating,
    people,
    people_import,
    records,
    requests,
    search,
    ticket_import,
    tickets,
    values,
)

__all__ = [
    "access",
    "addresses",
    "analytics",
    "articles",
    "bus",
    "categories",
    "files",
    "filters",
    "mail",
    "operating",
    "people",
    "people_import",
    "records",
    "requests",
    "search",
    "ticket_import",
    "tickets",
    "values",
]
