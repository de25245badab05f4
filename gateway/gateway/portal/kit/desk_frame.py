"""What surrounds every page of the desk: views with their counters, and the inbox."""

import asyncio
from dataclasses import dataclass

from gateway.portal.kit import queue
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import InboxQuery

COUNTED = 100


@dataclass(frozen=True)
class Counted:
    slug: str
    name: str
    icon: str
    address: str
    count: int | None


@dataclass(frozen=True)
class Frame:
    """Counts are None while the service that counts is not there: the page itself does not wait for them."""

    views: list[Counted]
    teams: list[Counted]
    unread: int | None


async def frame(visit: Visit) -> Frame:
    common = queue.views(visit.viewer.id)
    teams = queue.team_views(visit)
    counts, unread = await asyncio.gather(_counts(visit, [*common, *teams]), unread_of(visit))
    counted = [
        Counted(view.slug, gettext(view.name) if view in common else view.name, view.icon, view.address, count)
        for view, count in zip([*common, *teams], counts, strict=True)
    ]
    return Frame(counted[: len(common)], counted[len(common) :], unread)


async def frame_of_page(visit: Visit) -> Frame | None:
    return None if visit.fragment else await frame(visit)


async def _counts(visit: Visit, views: list[queue.View]) -> list[int | None]:
    try:
        filters = [view.filter for view in views]
        return list(await visit.parts.tickets.count(visit.reading(), filters, COUNTED))
    except ServiceError:
        return [None] * len(views)


async def unread_of(visit: Visit) -> int | None:
    try:
        inbox = await visit.parts.notifications.inbox(visit.reading(), InboxQuery(size=1))
    except ServiceError:
        return None
    return inbox.unread
