"""Runs an action on several tickets. If one ticket is refused, the others still change."""

import asyncio
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


async def update(
    parts: Parts, caller: Caller, selected: Sequence[Selected], changes: TicketChanges, key: str | None = None
) -> tuple[list[TicketView], list[ServiceError]]:
    """Sends one command for each ticket. Returns the changed tickets and the refusals."""

    async def one(ticket: Selected) -> TicketView:
        number, version = ticket
        command = UpdateTicket(changes=changes, base_version=version)
        return await tickets.update(parts, caller, number, command, key=key)

    return await _each(selected, one)


async def take_back(
    parts: Parts, caller: Caller, steps: Sequence[str], key: str | None = None
) -> tuple[list[str | None], list[ServiceError]]:
    """Undoes steps. Returns the refusals, and for each step that was undone the state that its ticket kept because the
    transition back is not allowed, or None."""
    return await _each(steps, lambda step: undo.take_back(parts, caller, step, key))


async def list_undoable(parts: Parts, caller: Caller, changed: Sequence[TicketView]) -> list[str]:
    """Returns the steps that can be undone."""
    found, _ = await _each(changed, lambda ticket: undo.list_undoable(parts, caller, ticket))
    return [step for steps in found for step in steps]


async def _each(items: Sequence[T], work: Callable[[T], Awaitable[R]]) -> tuple[list[R], list[ServiceError]]:
    limit = asyncio.Semaphore(MAX_CONCURRENT)
    refused: list[ServiceError] = []
    done: list[R] = []

    async def one(item: T) -> None:
        async with limit:
            try:
                done.append(await work(item))
            except ServiceError as error:
                refused.append(error)

    await asyncio.gather(*map(one, items))
    return done, refused
