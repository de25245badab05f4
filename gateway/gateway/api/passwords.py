"""Lets people choose a password by a link that they get by mail."""

from fastapi import APIRouter, Depends, Request

from gateway.actions import people
from gateway.actions.identity import client_of
from gateway.actions.parts import Gateway
from gateway.api.headers import require_json
from gateway.kit.mongo import store_errors
from gateway.people.models import ForgottenPassword, PasswordByLink

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"], dependencies=[Depends(store_errors), Depends(require_json)])


@router.post("/forgotten-password", summary="Ask for a link to choose a password", status_code=204)
async def forgotten_password(request: Request, parts: Gateway, command: ForgottenPassword) -> None:
    """The answer is the same whether or not an account has the address. Only people who have chosen a password before
    get a link. It works once, within one hour. A person has at most three valid links at a time."""
    await people.ask_for_link(parts, command, client_of(request))


@router.post("/password", summary="Choose a password with a link", status_code=204)
async def password_by_link(request: Request, parts: Gateway, command: PasswordByLink) -> None:
    """This ends all sessions and tokens of the person, and the link no longer works."""
    await people.choose_password(parts, command, client_of(request))
