"""What somebody may go on typing in a query, within what they may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.people import reads
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.query_words import names
from gateway.portal.kit.visit import Visit
from trackline_schemas.article_fields import STATES as ARTICLE_STATES
from trackline_schemas.errors import ServiceError
from trackline_schemas.query import ANY, NONE, QUERY_FIELDS, Typing, find_typing, quote
from trackline_schemas.text.keys import name_key, search_text

MOST = 8
# So much of what was typed is compared with names, which are hardly longer.
LONGEST = 100
_AGES = {"<1d": noop("Last 24 hours"), "<7d": noop("Last 7 days"), "<30d": noop("Last 30 days")}


@dataclass(frozen=True)
class Option:
    """A completion: what people read, what is written, and the whole query with it. It is `whole` if it is the value of
    a field, so that the query can be sent."""

    label: str
    written: str
    query: str
    caret: int
    whole: bool


Offer = tuple[str, str]


async def complete(visit: Visit, text: str, caret: int, hidden: Iterable[str] = ()) -> list[Option]:
    """`hidden` are fields that the page does not offer. Without `type` it has tickets only."""
    typing = find_typing(text, caret, names())
    if typing.field is None:
        offers = _fields(visit, typing, set(hidden))
    else:
        offers = await _values(visit, typing, typing.field, set(hidden))
    return [_option(text, typing, label, written) for label, written in offers]


def _option(text: str, typing: Typing, label: str, written: str) -> Option:
    query, caret = typing.complete(text, written)
    return Option(label, written, query, caret, whole=typing.field is not None)


def _fields(visit: Visit, typing: Typing, hidden: set[str]) -> list[Offer]:
    known = names()
    offered = [
        (known.label(word), f"{known.field_word(word)}:")
        for word, field in QUERY_FIELDS.items()
        if word not in hidden and (field.for_all or visit.viewer.agent)
    ]
    return _beginning(offered, typing.begun)


async def _values(visit: Visit, typing: Typing, field: str, hidden: set[str]) -> list[Offer]:
    described = QUERY_FIELDS[field]
    elsewhere = ARTICLE_STATES if "type" in hidden and field == "state" else {}
    values = [value for value in names().values(field) if value not in elsewhere]
    ages = _ages(typing.sign) if described.kind == "date" else []
    offers = [*_written(field, (one for one in values if one not in (NONE, ANY))), *ages]
    last = _written(field, (one for one in values if one in (NONE, ANY)))
    return [
        *_beginning(offers, typing.begun),
        *await _named(visit, field, typing.begun),
        *_beginning(last, typing.begun),
    ]


def _ages(sign: str) -> list[Offer]:
    return [(gettext(label), age.removeprefix(sign)) for age, label in _AGES.items() if age.startswith(sign)]


def _written(field: str, values: Iterable[str]) -> list[Offer]:
    return [(_label(field, value), names().value_word(field, value)) for value in values]


def _label(field: str, value: str) -> str:
    label = names().value_label(field, value)
    return label[:1].upper() + label[1:]


async def _named(visit: Visit, field: str, begun: str) -> list[Offer]:
    """Offers names for agents. What a service would say is missing while it does not answer."""
    match QUERY_FIELDS[field].kind:
        case "person" if visit.viewer.agent:
            return await _people(visit, begun, agents=field == "assignee")
        case "team" if visit.viewer.agent:
            return _beginning(((name, quote(name)) for name in _teams(visit)), begun)[:MOST]
        case "category":
            categories = await list_categories(visit)
            return _beginning(((one.name, quote(one.name)) for one in categories if one.active), begun)[:MOST]
        case "text" if field == "tag" and visit.viewer.agent:
            return [(tag, quote(tag)) for tag in await _tags(visit, begun)]
        case _:
            return []


def _teams(visit: Visit) -> list[str]:
    """Returns the names of all teams, those of the viewer first."""
    teams = [team for team in visit.parts.people.directory.all_teams() if team.active]
    return [team.name for team in sorted(teams, key=lambda team: team.id not in visit.viewer.teams)]


async def _tags(visit: Visit, begun: str) -> list[str]:
    try:
        return await visit.parts.tickets.tags(visit.reading(), begun[:50], MOST)
    except ServiceError:
        return []


async def _people(visit: Visit, begun: str, *, agents: bool) -> list[Offer]:
    """Offers agents at once, and others when something is typed. Of people with the same name, each is written by an
    address."""
    if agents:
        typed = _forms(begun[:LONGEST])
        found = [(one.name, one.email) for one in visit.parts.people.directory.agents() if _begins(typed, one.name)]
    elif begun:
        page = await reads.list_users(visit.parts.people, q=begun[:200], active=True, size=MOST)
        found = [(one.name, one.emails[0]) for one in page.items]
    else:
        found = []
    keys = [name_key(name) for name, _ in found]
    return [
        (name, quote(name)) if keys.count(name_key(name)) == 1 else (f"{name}, {address}", address)
        for name, address in found[:MOST]
    ]


def _beginning(offers: Iterable[Offer], begun: str) -> list[Offer]:
    typed = _forms(begun[:LONGEST])
    return [offer for offer in offers if _begins(typed, *offer)]


def _begins(typed: Sequence[str], *texts: str) -> bool:
    """Returns whether a word of one of the texts begins with one of these forms."""
    return typed == [""] or any(f" {begun}" in f" {form}" for begun in typed for form in _forms(*texts))


def _forms(*texts: str) -> list[str]:
    return search_text(*(text.replace("-", " ").replace('"', "") for text in texts)).split("\n")
