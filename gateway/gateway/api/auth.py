"""Tokens for apps (RFC 6749 sections 4.3 and 6, RFC 7009)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, Field

from gateway.actions import sign_in
from gateway.actions.identity import client_of, mark_device
from gateway.actions.parts import Gateway
from gateway.kit.mongo import store_errors
from gateway.people.domain.token import ACCESS
from trackline_schemas.errors import reasons, refuse

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"], dependencies=[Depends(store_errors)])

Short = Annotated[str | None, Form(max_length=300)]


class Tokens(BaseModel):
    """`expires_in` is the lifetime of the access token in seconds. Each refresh token works once and returns the next
    one."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 (the scheme's name)
    expires_in: int = Field(default=int(ACCESS.total_seconds()))


@router.post("/token", summary="Sign in")
async def get_token(
    request: Request,
    response: Response,
    parts: Gateway,
    grant_type: Annotated[Literal["password", "refresh_token"], Form()] = "password",
    username: Short = None,
    password: Short = None,
    refresh_token: Short = None,
) -> Tokens:
    """Signs in with a refresh token, or with a password and the e-mail address as `username`."""
    response.headers["Cache-Control"] = "no-store"
    if grant_type == "refresh_token":
        tokens = await sign_in.renew_tokens(parts, _require("refresh_token", refresh_token), client_of(request))
    else:
        name, secret = _require("username", username), _require("password", password)
        person, tokens = await sign_in.start_tokens(parts, name, secret, client_of(request))
        mark_device(request, response, person.id, parts.settings)
    return Tokens(access_token=tokens.access, refresh_token=tokens.refresh)


@router.post("/revoke", summary="Sign out", status_code=204)
async def revoke_token(request: Request, parts: Gateway, token: Annotated[str, Form(max_length=5000)]) -> None:
    """Revokes a refresh token and all refresh tokens that were issued from it. An access token expires within 15
    minutes."""
    await sign_in.revoke_tokens(parts, token, client_of(request))


def _require(name: str, value: str | None) -> str:
    if not value:
        raise refuse(reasons.requests.FORM_FIELD_MISSING, pointer=f"/{name}", name=name)
    return value
