"""Lets people choose a password by a link that they get by mail."""

from fastapi import APIRouter, Depends, Request

from gateway.actions import confirmation, people
from gateway.actions.identity import CurrentCaller, client_of, identify
from gateway.actions.parts import Gateway
from gateway.api.headers import require_json
from gateway.kit.mongo import store_errors
from gateway.people.models import (
    CheckPassword,
    ConfirmPassword,
    ForgottenPassword,
    PasswordByLink,
    PasswordStrength,
)

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


@router.post("/password-strength", summary="Judge a new password")
async def password_strength(request: Request, parts: Gateway, command: CheckPassword) -> PasswordStrength:
    """Says how strong a password is, and whether the person may choose it, before they do. The person is the holder of
    `link`, or else the caller. Each may ask 60 times a minute."""
    if command.link is not None:
        return await people.judge_password_of_link(parts, command)
    return await people.judge_password(parts, await identify(request), command)


@router.post("/confirm", summary="Confirm my password", status_code=204)
async def confirm_password(parts: Gateway, caller: CurrentCaller, command: ConfirmPassword) -> None:
    """For 15 minutes the caller may then change keys, permissions, passwords and addresses, and end sessions. A sign-in
    by password counts too. An API key is not asked."""
    await confirmation.confirm(parts, caller, command)
