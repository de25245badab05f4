"""Runs an action on several tickets. If one ticket is refused, the others still change."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.actions import tickets, undo
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.commands import TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import TicketView

T = TypeVar("T")
R = TypeVar("R")
MAX_CONCURRENT = 5
# (number, the version that the caller saw or None)
Selected = tuple[str, int | None]
Refusals = list[tuple[T, ServiceError]]


async def update(
    parts: Parts, caller: Caller, selected: Sequence[Selected], changes: TicketChanges, key: str | None = None
) -> tuple[list[TicketView], Refusals[Selected]]:
    """Sends one command for each ticket. Returns the changed tickets, and the others with the refusals."""

    async def one(ticket: Selected) -> TicketView:
        number, version = ticket
        command = UpdateTicket(changes=changes, base_version=version)
        return await tickets.update(parts, caller, number, command, key=key)

    return await _each(selected, one)


async def take_back(
    parts: Parts, caller: Caller, steps: Sequence[str], key: str | None = None
) -> tuple[list[str | None], Refusals[str]]:
    """Undoes steps. Returns the refused steps, and for each step that was undone the state that its ticket kept because
    the transition back is not allowed, or None."""
    return await _each(steps, lambda step: undo.take_back(parts, caller, step, key))


async def list_undoable(parts: Parts, caller: Caller, changed: Sequence[TicketView]) -> list[str]:
    """Returns the steps that can be undone."""
    found, _ = await _each(changed, lambda ticket: undo.list_undoable(parts, caller, ticket))
    return [step for steps in found for step in steps]


async def _each(items: Sequence[T], work: Callable[[T], Awaitable[R]]) -> tuple[list[R], Refusals[T]]:
    """Returns both in the order of the items."""
    limit = asyncio.Semaphore(MAX_CONCURRENT)
    refused: dict[int, ServiceError] = {}
    done: dict[int, R] = {}

    async def one(place: int, item: T) -> None:
        async with limit:
            try:
                done[place] = await work(item)
            except ServiceError as error:
                refused[place] = error

    await asyncio.gather(*itertools.starmap(one, enumerate(items)))
    return [done[place] for place in sorted(done)], [(items[place], refused[place]) for place in sorted(refused)]
