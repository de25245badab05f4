"""What the next page says in a toast: a message of ours and a value, carried in a short-lived cookie."""

import base64
import json

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway.portal.i18n import gettext, ngettext, noop

COOKIE = "trackline_toast"

MESSAGES = {
    "created": noop("%(value)s is on its way. We answer here and by mail."),
    "replied": noop("Reply sent."),
    "noted": noop("Note added."),
    "saved": noop("Saved."),
    "password": noop("Password changed. You are signed out everywhere else."),
    "state": noop("Sent and set to “%(value)s”."),
    "cancelled": noop("Request cancelled."),
    "closed": noop("Closed. Glad it works again."),
    "reopened": noop("Reopened. We look at it again."),
    "read": noop("Everything is marked as read."),
    "refused": noop("Not changed: %(value)s"),
}


def redirect(address: str, message: str | None = None, value: str | int = "") -> Response:
    """303, so that a reload does not post again."""
    response = RedirectResponse(address, 303)
    if message:
        packed = base64.urlsafe_b64encode(json.dumps([message, value]).encode()).decode()
        response.set_cookie(COOKIE, packed, max_age=30, httponly=True, samesite="lax")
    return response


def read(request: Request) -> str:
    packed = request.cookies.get(COOKIE)
    if not packed:
        return ""
    try:
        message, value = json.loads(base64.urlsafe_b64decode(packed))
    except ValueError:
        return ""
    if message == "bulk" and isinstance(value, int):
        return ngettext("%(count)d ticket changed.", "%(count)d tickets changed.", value) % {"count": value}
    return gettext(MESSAGES[message]) % {"value": value} if message in MESSAGES else ""


def forget(request: Request, response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
