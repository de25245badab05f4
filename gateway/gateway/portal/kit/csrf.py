"""Who is not signed in proves by a signed cookie that the sign-in form came from us: else a stranger could sign a
browser in to an account of theirs. Signed-in callers are checked by gateway.actions.caller."""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from gateway.kit.settings import Settings
from trackline_schemas.errors import reasons, refuse

COOKIE = "trackline_visitor"


def visitor(request: Request) -> str:
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)


def token(settings: Settings, visitor: str) -> str:
    return hmac.new(settings.secret.get_secret_value().encode(), f"visitor {visitor}".encode(), sha256).hexdigest()


def remember(response: Response, settings: Settings, visitor: str) -> None:
    secure = settings.public_url.startswith("https://")
    response.set_cookie(COOKIE, visitor, httponly=True, samesite="lax", secure=secure)


def check(request: Request, settings: Settings, sent: str) -> None:
    expected = token(settings, request.cookies.get(COOKIE, ""))
    if COOKIE not in request.cookies or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise refuse(reasons.requests.FORM_OUT_OF_DATE)
