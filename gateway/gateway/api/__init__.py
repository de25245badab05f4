"""The REST API. Each module has the router of one kind of resource."""

from gateway.api import (
    analytics,
    api_keys,
    articles,
    audit,
    auth,
    files,
    health,
    mail,
    notifications,
    organisation,
    passwords,
    people_imports,
    records,
    search,
    security_log,
    stream,
    teams,
    ticket_imports,
    tickets,
    users,
)

PEOPLE = (auth, passwords, users, teams, people_imports, api_keys, security_log)
# Routes are tried in this order, so the most used ones come first.
PARTS = (
    tickets,
    files,
    articles,
    search,
    notifications,
    stream,
    analytics,
    ticket_imports,
    health,
    mail,
    organisation,
    audit,
    *PEOPLE,
)
ROUTERS = [*(part.router for part in PARTS), *records.ROUTERS]
