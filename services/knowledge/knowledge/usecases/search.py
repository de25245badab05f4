"""Searches articles and tickets, within what the viewer may read."""

from collections.abc import Iterator
from dataclasses import replace

from knowledge.domain.topic import topic_of
from knowledge.usecases.ports import Ports
from knowledge.usecases.query import FACETS, IndexQuery, Scope, position
from trackline_schemas.access import NOTHING, readable_articles, readable_as_staff, scoped
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS, And, Condition, Filter, check_filter, fields_of
from trackline_schemas.filters.fields import Fields
from trackline_schemas.search import HitType, SearchQuery, SearchResults
from trackline_schemas.viewer import Viewer

FIELDS: dict[HitType, Fields] = {"article": ARTICLE_FIELDS, "ticket": TICKET_FIELDS}


def search(ports: Ports, query: SearchQuery, viewer: Viewer) -> SearchResults:
    scopes = tuple(_scopes(ports, query, viewer))
    return ports.search.search(IndexQuery(query.q, scopes, query.size, position(query.after), facets=query.facets))


def suggest(ports: Ports, q: str, size: int, viewer: Viewer) -> SearchResults:
    """Finds published articles that may answer a sentence while the user is still typing it."""
    topic = topic_of(q)
    if not topic.words:
        return SearchResults(items=[])
    published = Condition(field="state", op="eq", value="published")
    scope = Scope("article", And(all=[readable_articles(viewer), published]), NOTHING)
    return ports.search.search(IndexQuery(topic.text, (scope,), size, wanted="some", same=topic.same))


def _scopes(ports: Ports, query: SearchQuery, viewer: Viewer) -> Iterator[Scope]:
    used = fields_of(query.filter)
    types = [query.type] if query.type else list(FIELDS)
    able = [type_ for type_ in types if used <= FIELDS[type_].keys()]
    # If no type has all the fields, the check of the first type reports the wrong field.
    for type_ in able or types[:1]:
        scope = (
            _ticket_scope(ports, query.filter, viewer) if type_ == "ticket" else _article_scope(query.filter, viewer)
        )
        yield replace(scope, phrases=tuple(query.phrases), without=tuple(query.without))


def _article_scope(filter: Filter | None, viewer: Viewer) -> Scope:
    return Scope("article", And(all=[readable_articles(viewer), check_filter(filter, ARTICLE_FIELDS)]), NOTHING)


def _ticket_scope(ports: Ports, filter: Filter | None, viewer: Viewer) -> Scope:
    teams = ports.teams.confidential()
    return Scope("ticket", scoped(filter, viewer, teams, FACETS), readable_as_staff(viewer, teams))
