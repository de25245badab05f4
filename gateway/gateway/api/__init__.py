"""The REST API: one router for each kind of resource."""

from gateway.api import (
    analytics,
    articles,
    categories,
    files,
    health,
    imports,
    mail,
    notifications,
    organisation,
    problem_pages,
    search,
    stream,
    tickets,
)

# The most used ones first: routes are tried in this order.
ROUTERS = [
    part.router
    for part in (
        tickets,
        files,
        articles,
        search,
        notifications,
        stream,
        categories,
        analytics,
        imports,
        health,
        mail,
        organisation,
        problem_pages,
    )
]
