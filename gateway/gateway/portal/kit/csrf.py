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
    """Returns the id in the visitor's cookie, or a new one. An id that this site did not sign could come from somebody
    who knows the token that belongs to it."""
    settings: Settings = request.app.state.settings
    given = request.cookies.get(COOKIE, "")
    return given if _is_ours(settings, given) else _sign(settings, secrets.token_urlsafe(16))


def _sign(settings: Settings, nonce: str) -> str:
    return f"{nonce}.{_mac(settings, f'visitor cookie {nonce}')}"


def _is_ours(settings: Settings, visitor_id: str) -> bool:
    nonce = visitor_id.partition(".")[0]
    return hmac.compare_digest(_sign(settings, nonce).encode(), visitor_id.encode())


def make_token(settings: Settings, visitor_id: str) -> str:
    return _mac(settings, f"visitor {visitor_id}")


def _mac(settings: Settings, text: str) -> str:
    return hmac.new(settings.secret.get_secret_value().encode(), text.encode(), sha256).hexdigest()


def set_cookie(response: Response, settings: Settings, visitor_id: str) -> None:
    response.set_cookie(COOKIE, visitor_id, httponly=True, samesite="lax", secure=settings.secure)


def check(request: Request, settings: Settings, sent: str) -> None:
    given = request.cookies.get(COOKIE, "")
    expected = make_token(settings, given)
    if not _is_ours(settings, given) or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise refuse(reasons.requests.FORM_OUT_OF_DATE)
