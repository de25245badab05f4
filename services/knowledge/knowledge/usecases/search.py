"""One search over articles and tickets, within what the viewer may read."""

from collections.abc import Iterator

from knowledge.usecases.failover import Failover
from knowledge.usecases.ports import Teams
from knowledge.usecases.query import Question, Scope, position
from trackline_schemas.access import NOTHING, readable, readable_articles, readable_as_staff
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS, And, Condition, Filter, Not, Or, checked
from trackline_schemas.filters.fields import Fields
from trackline_schemas.search import HitType, SearchQuery, SearchResults
from trackline_schemas.ticket.fields import STAFF_FIELDS
from trackline_schemas.viewer import Viewer

FIELDS: dict[HitType, Fields] = {"article": ARTICLE_FIELDS, "ticket": TICKET_FIELDS}


class Search:
    def __init__(self, index: Failover, teams: Teams) -> None:
        self._index = index
        self._teams = teams

    def search(self, query: SearchQuery, viewer: Viewer) -> SearchResults:
        scopes = tuple(self._scopes(query, viewer))
        return self._index.search(Question(query.q, scopes, query.size, position(query.after)))

    def suggest(self, q: str, size: int, viewer: Viewer) -> SearchResults:
        """Published articles that may answer a sentence that is still being typed."""
        if not q.strip():
            return SearchResults(items=[])
        published = Condition(field="state", op="eq", value="published")
        scope = Scope("article", And(all=[readable_articles(viewer), published]), NOTHING)
        return self._index.search(Question(q, (scope,), size, wanted="some"))

    def _scopes(self, query: SearchQuery, viewer: Viewer) -> Iterator[Scope]:
        used = fields_of(query.filter)
        types = [query.type] if query.type else list(FIELDS)
        able = [type_ for type_ in types if used <= FIELDS[type_].keys()]
        # No type has all of the fields: the check of the first one names the field that is wrong.
        for type_ in able or types[:1]:
            wished = checked(query.filter, FIELDS[type_])
            if type_ == "article":
                yield Scope(type_, And(all=[readable_articles(viewer), wished]), NOTHING)
            else:
                yield self._ticket_scope(wished, bool(used & STAFF_FIELDS), viewer)

    def _ticket_scope(self, wished: Filter, staff_only: bool, viewer: Viewer) -> Scope:
        """A filter over a field that requesters never see answers from tickets whose staff asks: else it would tell."""
        teams = self._teams.confidential()
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
