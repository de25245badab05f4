"""The fields that a query can name. The keys are the English names, which each language of the portal translates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from trackline_schemas.article_fields import STATES as ARTICLE_STATES
from trackline_schemas.ticket.fields import TICKET
from trackline_schemas.wording import noop

# What a value of the field is: one of a few words, a person, a team, a category, a free text, or a date.
Kind = Literal["choice", "number", "person", "team", "category", "text", "date"]
# Words for a person and for an empty field.
ME, NONE, ANY = noop("me"), noop("none"), noop("any")


@dataclass(frozen=True)
class QueryField:
    """The attributes:

    name      the name of the field in tickets and articles
    kind      what its values are
    label     what people read
    values    value → label, for a field that has only these values
    empty     it may be empty, so that `none` and `any` are values too
    also      other English names for it
    for_all   the portal offers it to requesters, too
    """

    name: str
    kind: Kind
    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False
    also: tuple[str, ...] = ()
    for_all: bool = False

    @property
    def ordered(self) -> bool:
        return self.kind in ("number", "date")


def _of(name: str, kind: Kind, *also: str, empty: bool = False, for_all: bool = False) -> QueryField:
    known = TICKET[name]
    values = {str(value): label for value, label in known.vocabulary.items()}
    return QueryField(name, kind, known.label, values, empty, also, for_all)


def _date(name: str, label: str, *, empty: bool = False) -> QueryField:
    return QueryField(name, "date", label, empty=empty, for_all=not empty)


_STATES = {**_of("state", "choice").values, **ARTICLE_STATES}
_TYPES = {"ticket": noop("Tickets"), "article": noop("Articles")}

QUERY_FIELDS: Mapping[str, QueryField] = {
    noop("assignee"): _of("assignee_id", "person", empty=True),
    noop("requester"): _of("requester_id", "person"),
    noop("participant"): _of("participant_ids", "person", "cc", empty=True),
    noop("team"): _of("team_id", "team", empty=True),
    noop("state"): QueryField("state", "choice", TICKET["state"].label, _STATES, also=("status",), for_all=True),
    noop("priority"): _of("priority", "number"),
    noop("category"): _of("category_id", "category", empty=True, for_all=True),
    noop("tag"): _of("tags", "text", "tags", empty=True),
    noop("created"): _date("created_at", noop("Created")),
    noop("updated"): _date("updated_at", noop("Last change")),
    noop("resolved"): _date("resolved_at", noop("Resolved"), empty=True),
    noop("kind"): _of("kind", "choice"),
    noop("channel"): _of("channel", "choice"),
    noop("location"): _of("location", "text", empty=True),
    noop("outcome"): _of("resolution_code", "choice", empty=True),
    noop("last"): _of("last_comment_role", "choice", empty=True),
    noop("type"): QueryField("type", "choice", noop("Type"), _TYPES, for_all=True),
}
