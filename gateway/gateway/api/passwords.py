"""Choosing a password by a link that came by mail."""

from fastapi import APIRouter, BackgroundTasks, Depends, Request

from gateway.actions import people
from gateway.actions.identity import client_address
from gateway.actions.parts import Gateway
from gateway.api.headers import json_only
from gateway.kit.mongo import store_errors
from gateway.people.models import ForgottenPassword, PasswordByLink

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"], dependencies=[Depends(store_errors), Depends(json_only)])


@router.post("/forgotten-password", summary="Ask for a link", status_code=204)
async def forgotten_password(
    request: Request, parts: Gateway, command: ForgottenPassword, after: BackgroundTasks
) -> None:
    """The answer is the same whether or not somebody has the address. The link works once, within one hour; there are
    at most three at a time."""
    await people.ask_for_link(parts, command.email, client_address(request))
    after.add_task(people.send_link, parts, command.email)


@router.post("/password", summary="Choose a password by a link", status_code=204)
async def password_by_link(parts: Gateway, command: PasswordByLink) -> None:
    """Ends all sessions and tokens of the person, and the link."""
    await people.choose_password(parts, command)
