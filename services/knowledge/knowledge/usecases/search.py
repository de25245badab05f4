"""Searches articles and tickets, within what the viewer may read."""

from collections.abc import Iterator

from knowledge.usecases.ports import Ports
from knowledge.usecases.query import IndexQuery, Scope, position
from trackline_schemas.access import NOTHING, readable, readable_articles, readable_as_staff
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS, And, Condition, Filter, Not, Or, check_filter
from trackline_schemas.filters.fields import Fields
from trackline_schemas.search import HitType, SearchQuery, SearchResults
from trackline_schemas.ticket.fields import STAFF_FIELDS
from trackline_schemas.viewer import Viewer

FIELDS: dict[HitType, Fields] = {"article": ARTICLE_FIELDS, "ticket": TICKET_FIELDS}


def search(ports: Ports, query: SearchQuery, viewer: Viewer) -> SearchResults:
    scopes = tuple(_scopes(ports, query, viewer))
    return ports.search.search(IndexQuery(query.q, scopes, query.size, position(query.after)))


def suggest(ports: Ports, q: str, size: int, viewer: Viewer) -> SearchResults:
    """Finds published articles that may answer a sentence while the user is still typing it."""
    if not q.strip():
        return SearchResults(items=[])
    published = Condition(field="state", op="eq", value="published")
    scope = Scope("article", And(all=[readable_articles(viewer), published]), NOTHING)
    return ports.search.search(IndexQuery(q, (scope,), size, wanted="some"))


def _scopes(ports: Ports, query: SearchQuery, viewer: Viewer) -> Iterator[Scope]:
    used = fields_of(query.filter)
    types = [query.type] if query.type else list(FIELDS)
    able = [type_ for type_ in types if used <= FIELDS[type_].keys()]
    # If no type has all the fields, the check of the first type reports the wrong field.
    for type_ in able or types[:1]:
        wished = check_filter(query.filter, FIELDS[type_])
        if type_ == "article":
            yield Scope(type_, And(all=[readable_articles(viewer), wished]), NOTHING)
        else:
            yield _ticket_scope(ports, wished, bool(used & STAFF_FIELDS), viewer)


def _ticket_scope(ports: Ports, wished: Filter, staff_only: bool, viewer: Viewer) -> Scope:
    """A filter on a staff field only finds tickets of which the viewer is staff. Otherwise its hits would reveal the
    value of the field to a requester."""
    teams = ports.teams.confidential()
    staff = readable_as_staff(viewer, teams)
    return Scope("ticket", And(all=[staff if staff_only else readable(viewer, teams), wished]), staff)


def fields_of(node: Filter | None) -> set[str]:
    match node:
        case And():
            return set().union(*map(fields_of, node.all))
        case Or():
            return set().union(*map(fields_of, node.any))
        case Not():
            return fields_of(node.filter)
        case Condition():
            return {node.field}
        case _:
            return set()
