"""CSRF tokens for visitors who are not signed in.

A signed cookie proves that the sign-in form came from this site. Otherwise another site could sign a browser in to an
account of its own. The tokens of signed-in callers are checked by gateway.actions.caller.
"""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from gateway.kit.settings import Settings
from trackline_schemas.errors import reasons, refuse

COOKIE = "trackline_visitor"


def visitor_id(request: Request) -> str:
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)


def make_token(settings: Settings, visitor_id: str) -> str:
    return hmac.new(settings.secret.get_secret_value().encode(), f"visitor {visitor_id}".encode(), sha256).hexdigest()


def set_cookie(response: Response, settings: Settings, visitor_id: str) -> None:
    secure = settings.public_url.startswith("https://")
    response.set_cookie(COOKIE, visitor_id, httponly=True, samesite="lax", secure=secure)


def check(request: Request, settings: Settings, sent: str) -> None:
    expected = make_token(settings, request.cookies.get(COOKIE, ""))
    if COOKIE not in request.cookies or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise refuse(reasons.requests.FORM_OUT_OF_DATE)
