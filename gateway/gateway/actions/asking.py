"""Understands what somebody types into a search, for every entrance alike: names stand for what they may see only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people import reads
from gateway.people.directory import Person, Team
from trackline_schemas.access import NOTHING
from trackline_schemas.categories import Category
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import And, Filter
from trackline_schemas.query import (
    ANY,
    ENGLISH,
    ME,
    NONE,
    QUERY_FIELDS,
    Asked,
    Names,
    Part,
    Query,
    Term,
    compile_query,
)
from trackline_schemas.search import HitType, SearchQuery
from trackline_schemas.text.keys import address_key, name_key

# So many people may one name stand for, and so many names does an error offer.
MOST_PEOPLE, MOST_NAMES = 100, 20
_TYPES: tuple[HitType, ...] = ("article", "ticket")
_AS_BLANKS = str.maketrans({"-": " ", "_": " ", '"': None})


@dataclass(frozen=True)
class Vicinity:
    """What a query may name. `people` is what somebody typed → the ids of the people whom it means."""

    me: str
    now: datetime
    people: Mapping[str, Collection[str]]
    teams: Sequence[Team]
    categories: Sequence[Category]

    def find(self, field: str, typed: str) -> Collection[str]:
        match QUERY_FIELDS[field].kind:
            case "person":
                return self.people.get(typed, ())
            case "team":
                return _named(typed, ((team.id, team.name) for team in self.teams))
            case _:
                return _named(typed, ((one.id, one.name) for one in self.categories))

    def possible(self, field: str) -> list[str]:
        kind = QUERY_FIELDS[field].kind
        known: Sequence[Team | Category] = (
            self.teams if kind == "team" else self.categories if kind == "category" else ()
        )
        return [one.name for one in known if one.active][:MOST_NAMES]


async def narrow(
    parts: Parts, caller: Caller, query: Query, plan: SearchQuery, names: Names = ENGLISH
) -> SearchQuery | None:
    """Returns the plan with what the query says, or None if nothing can match it. Raises ServiceError invalid_filter,
    with sentences of `names`."""
    wanted = _wanted_types(query, plan.type)
    if not wanted:
        return None
    asked = await _understand(parts, caller, query, names)
    members = _members(asked, plan.filter) | ({"type": wanted[0]} if len(wanted) == 1 else {})
    return plan.model_copy(update=members)


async def understand(parts: Parts, caller: Caller, query: Query, names: Names = ENGLISH) -> Asked:
    """Understands a query for a list of tickets, which finds nothing if the query asks for articles only."""
    asked = await _understand(parts, caller, query, names)
    return asked if "ticket" in _wanted_types(query, None) else replace(asked, filter=NOTHING)


async def _understand(parts: Parts, caller: Caller, query: Query, names: Names) -> Asked:
    """Leaves out the type, which is no field of tickets or articles."""
    rest = tuple(part for part in query if not _is_type(part))
    return compile_query(rest, await _look_around(parts, caller, rest), names)


async def _look_around(parts: Parts, caller: Caller, query: Query) -> Vicinity:
    """Asks only for what the query names."""
    named = {QUERY_FIELDS[part.field].kind for part in query if isinstance(part, Term)}
    return Vicinity(
        caller.person.id,
        datetime.now(zone_of(caller.person)),
        await _people(parts, caller, query) if "person" in named else {},
        parts.people.directory.all_teams() if caller.viewer.agent else (),
        await parts.tickets.categories(caller.reading()) if "category" in named else (),
    )


async def _people(parts: Parts, caller: Caller, query: Query) -> dict[str, Collection[str]]:
    terms = [part for part in query if isinstance(part, Term) and QUERY_FIELDS[part.field].kind == "person"]
    typed = {value for term in terms for value in term.values if value not in (ME, NONE, ANY)}
    if not caller.viewer.agent:
        return {value: [caller.person.id] for value in typed if _is_called(caller.person, value)}
    return {value: await _find_people(parts, value) for value in typed}


async def _find_people(parts: Parts, typed: str) -> Collection[str]:
    """Returns whoever has exactly this name, or else everybody in whose name or address the words occur."""
    page = await reads.list_users(parts.people, q=typed[:200], size=MOST_PEOPLE)
    exact = [one.id for one in page.items if name_key(one.name) == name_key(typed)]
    if page.after and not exact:
        raise refuse(reasons.filters.QUERY_NAME_OF_MANY, parameter="q", value=typed, most=MOST_PEOPLE)
    return exact or [one.id for one in page.items]


def _is_called(person: Person, typed: str) -> bool:
    return name_key(person.name) == name_key(typed) or address_key(typed) in map(address_key, person.emails)


def _named(typed: str, things: Iterable[tuple[str, str]]) -> list[str]:
    """Compares names without quotes, which a query cannot contain. A dash may stand for a blank."""
    return [thing for thing, name in things if _key(name) == _key(typed)]


def _key(name: str) -> str:
    return name_key(name.translate(_AS_BLANKS))


def _wanted_types(query: Query, also: HitType | None) -> list[HitType]:
    terms = [part for part in query if isinstance(part, Term) and _is_type(part)]
    wanted = [one for one in _TYPES if also in (None, one)]
    return [one for one in wanted if all((one in term.values) is not term.without for term in terms)]


def _is_type(part: Part) -> bool:
    return isinstance(part, Term) and part.field == "type"


def _members(asked: Asked, also: Filter | None) -> dict[str, object]:
    """Returns only what the query says: a service of the release before understands that."""
    filters = [one for one in (also, asked.filter) if one is not None]
    texts = {"phrases": list(asked.phrases), "without": list(asked.without)}
    filter = {"filter": filters[0] if len(filters) == 1 else And(all=filters)} if filters else {}
    return {"q": asked.words, **{name: found for name, found in texts.items() if found}, **filter}


def zone_of(person: Person) -> tzinfo:
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
