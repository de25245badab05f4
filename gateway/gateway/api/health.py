"""The health of the installation and its dead letters, for administrators."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from gateway.actions import health
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import require_json
from trackline_schemas.base import Command

router = APIRouter(prefix="/api/v1/health", tags=["operation"], dependencies=[Depends(require_json)])


class ChosenLetters(Command):
    """The id of one dead letter. Without an id, all are chosen, up to 200 at a time."""

    id: str | None = None


class Settled(BaseModel):
    letters: int


@router.get("", summary="Read the health of services, queues, index and mail, and the dead letters")
async def get_health(parts: Gateway, caller: Administrator) -> health.Health:
    """A member is null if it cannot be determined now."""
    return await health.collect(parts, caller)


@router.post("/dead-letters/retry", summary="Send dead letters back to their queues")
async def retry_dead_letters(parts: Gateway, caller: Administrator, command: ChosenLetters) -> Settled:
    """Each is handled again from the start. Consumers skip the work that they have done already."""
    return Settled(letters=await health.settle(parts, caller, "retry", command.id))


@router.post("/dead-letters/drop", summary="Drop dead letters")
async def drop_dead_letters(parts: Gateway, caller: Administrator, command: ChosenLetters) -> Settled:
    return Settled(letters=await health.settle(parts, caller, "drop", command.id))
