"""What the list of commands offers besides the keys of a page: where one can go, tickets, articles and people."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.actions import searching
from gateway.people import reads
from gateway.portal.kit import queue
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.query_words import names
from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError
from trackline_schemas.query import Term, write_part
from trackline_schemas.search import Hit, SearchQuery
from trackline_schemas.text.keys import has_words, search_text, search_words

MOST_HITS, MOST_PEOPLE = 6, 4
SHORTEST = 2
# So much of what was typed is compared with the names of places.
LONGEST = 100


@dataclass(frozen=True)
class Command:
    label: str
    icon: str
    address: str
    hint: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    commands: list[Command]


# Where the keys of each page lead (the inbox, a new ticket) is offered with the keys.
_PLACES = {
    "/": (noop("Help centre"), "house"),
    "/profile": (noop("Your profile"), "user-round"),
}
_PLACES_OF_AGENTS = {
    "/insights": (noop("Insights"), "chart-column"),
    "/desk/articles": (noop("Articles"), "file-text"),
}


@dataclass(frozen=True)
class Found:
    """`note` says why something may be missing: `noAnswer` or `nothing`, the names of sentences in the page."""

    groups: list[Group]
    note: str = ""


async def find(visit: Visit, q: str) -> Found:
    hits, people = await asyncio.gather(_hits(visit, q), _people(visit, q))
    groups = [
        Group(gettext("Go to"), _called(q, _places(visit))),
        Group(gettext("Tickets and articles"), [_to_hit(hit) for hit in hits or ()]),
        Group(gettext("Tickets of people"), people),
    ]
    shown = [group for group in groups if group.commands]
    return Found(shown, "noAnswer" if hits is None else "" if shown else "nothing")


def _places(visit: Visit) -> Iterator[Command]:
    if visit.viewer.agent:
        for view in queue.views(visit):
            yield Command(gettext(view.name), view.icon, view.address)
        for view in queue.team_views(visit):
            yield Command(view.name, view.icon, view.address)
    places = {**_PLACES_OF_AGENTS, **_PLACES} if visit.viewer.agent else _PLACES
    for address, (label, icon) in places.items():
        yield Command(gettext(label), icon, address)
    if visit.viewer.admin:
        yield Command(gettext("Settings"), "settings", "/settings")


def _called(q: str, places: Iterable[Command]) -> list[Command]:
    words = search_words(q[:LONGEST])
    return [one for one in places if has_words(search_text(one.label), words)]


async def _hits(visit: Visit, q: str) -> list[Hit] | None:
    """Returns None while a service does not answer."""
    if len(q) < SHORTEST:
        return []
    try:
        found = await searching.search(visit.parts, visit.caller, q, SearchQuery(q="", size=MOST_HITS), names())
    except ServiceError:
        return None
    return found.results.items


def _to_hit(hit: Hit) -> Command:
    title = "".join(segment.text for segment in hit.title)
    article = hit.type == "article"
    return Command(title, "file-text" if article else "ticket", f"/{'a' if article else 't'}/{hit.number}", hit.number)


async def _people(visit: Visit, q: str) -> list[Command]:
    if not visit.viewer.agent or len(q) < SHORTEST:
        return []
    page = await reads.list_users(visit.parts.people, q=q, active=True, size=MOST_PEOPLE)
    return [Command(one.name, "user-round", _search(_from(one.emails[0])), one.emails[0]) for one in page.items]


def _from(address: str) -> str:
    return write_part(Term("requester", (address,)), names())


def _search(q: str) -> str:
    return f"/search?{urlencode({'q': q})}"
