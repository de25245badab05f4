"""How Trackline is, for administrators."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from gateway.actions import health
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import json_only
from trackline_schemas.base import Command

router = APIRouter(prefix="/api/v1/health", tags=["operation"], dependencies=[Depends(json_only)])


class ChosenLetters(Command):
    """Without an id all of them, up to 200 at a time."""

    id: str | None = None


class Settled(BaseModel):
    letters: int


@router.get("", summary="Services, queues, index, mail and dead letters")
async def get_health(parts: Gateway, caller: Administrator) -> health.Health:
    """What cannot be told now is null."""
    return await health.collect(parts, caller.reading())


@router.post("/dead-letters/retry", summary="Send dead letters back to their queues")
async def retry_dead_letters(parts: Gateway, caller: Administrator, command: ChosenLetters) -> Settled:
    """They are handled once more from the start; consumers know what they have done already."""
    return Settled(letters=await health.settle(parts.broker, "retry", command.id))


@router.post("/dead-letters/drop", summary="Drop dead letters")
async def drop_dead_letters(parts: Gateway, caller: Administrator, command: ChosenLetters) -> Settled:
    return Settled(letters=await health.settle(parts.broker, "drop", command.id))
