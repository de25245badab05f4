"""The frame around every page of the desk: the views with their counters, and the inbox."""

import asyncio
from dataclasses import dataclass

from gateway.portal.kit import queue
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.unread import Unread, count_unread
from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError

# Counters stop here, and pages show 99+.
MAX_COUNT = 100


@dataclass(frozen=True)
class CountedView:
    slug: str
    name: str
    icon: str
    address: str
    count: int | None


@dataclass(frozen=True)
class Frame:
    """A count is None while its service does not answer, so that the page itself still works."""

    views: list[CountedView]
    teams: list[CountedView]
    unread: int | None


async def load(visit: Visit, inbox: asyncio.Task[Unread] | None = None) -> Frame:
    """`inbox` is from a page that asks for what is unread anyway."""
    common = queue.views(visit)
    teams = queue.team_views(visit)
    counts, unread = await asyncio.gather(_counts(visit, [*common, *teams]), _count_unread(visit, inbox))
    counted = [
        CountedView(view.slug, gettext(view.name) if view in common else view.name, view.icon, view.address, count)
        for view, count in zip([*common, *teams], counts, strict=True)
    ]
    return Frame(counted[: len(common)], counted[len(common) :], unread)


async def load_unless_fragment(visit: Visit, inbox: asyncio.Task[Unread] | None = None) -> Frame | None:
    return None if visit.fragment else await load(visit, inbox)


async def _count_unread(visit: Visit, inbox: asyncio.Task[Unread] | None) -> int | None:
    return (await inbox).count if inbox else await count_unread(visit)


async def _counts(visit: Visit, views: list[queue.View]) -> list[int | None]:
    try:
        filters = [view.counted or view.filter for view in views]
        return list(await visit.parts.tickets.count(visit.reading(), filters, MAX_COUNT))
    except ServiceError:
        return [None] * len(views)
