"""What the next page says in a toast: a message of ours, a value and what can be undone, carried in a short-lived
cookie."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway.portal.kit.i18n import gettext, ngettext, noop

COOKIE = "trackline_toast"

MESSAGES = {
    "created": noop("%(value)s is on its way. We answer here and by mail."),
    "replied": noop("Reply sent."),
    "noted": noop("Note added."),
    "invited": noop("An invitation is on its way to %(value)s."),
    "retried": noop("Sent back to where it died."),
    "dropped": noop("Dropped."),
    "called": noop("%(value)s has been created. The caller hears of it by mail."),
    "revoked": noop("The key is revoked."),
    "welcome": noop("Your password is set. You are signed in."),
    "saved": noop("Saved."),
    "password": noop("Password changed. You are signed out everywhere else."),
    "state": noop("Sent and set to “%(value)s”."),
    "cancelled": noop("Request cancelled."),
    "closed": noop("Closed. Glad it works again."),
    "reopened": noop("Reopened. We look at it again."),
    "read": noop("Everything is marked as read."),
    "draft_saved": noop("Saved as a draft."),
    "published": noop("Published. Readers have it now."),
    "unpublished": noop("A draft again. Readers do not see it any more."),
    "archived": noop("Archived. Readers do not see it any more."),
    "for_review": noop("Saved. It waits for a review."),
    "restored": noop("Version %(value)s is back, as a new version."),
    "article_overtaken": noop("Not restored: the article was changed meanwhile. Look at the newest version first."),
    "undone": noop("Undone."),
    "undone_but": noop("Undone. The state stays “%(value)s”."),
    "overtaken": noop("Not undone: somebody else has changed %(value)s since."),
    "not_undone": noop("Not undone: %(value)s"),
    "refused": noop("Not changed: %(value)s"),
}


@dataclass(frozen=True)
class Toast:
    """`undo` holds steps as gateway.portal.ticket.undo names them."""

    text: str = ""
    undo: Sequence[str] = ()
    undo_label: str = ""


def redirect(address: str, message: str | None = None, value: str | int = "", undo: Sequence[str] = ()) -> Response:
    """303, so that a reload does not post again."""
    response = RedirectResponse(address, 303)
    if message:
        packed = base64.urlsafe_b64encode(json.dumps([message, value, *undo]).encode()).decode()
        response.set_cookie(COOKIE, packed, max_age=30, httponly=True, samesite="lax")
    return response


def read(request: Request) -> Toast:
    packed = request.cookies.get(COOKIE)
    if not packed:
        return Toast()
    try:
        message, value, *undo = json.loads(base64.urlsafe_b64decode(packed))
    except ValueError:
        return Toast()
    # What was sent with the state is with its reader: only the state comes back.
    label = gettext("Undo the state") if message == "state" else gettext("Undo")
    return Toast(_text(message, value), undo, label)


def _text(message: str, value: str | int) -> str:
    if message == "bulk" and isinstance(value, int):
        return ngettext("%(count)d ticket changed.", "%(count)d tickets changed.", value) % {"count": value}
    return gettext(MESSAGES[message]) % {"value": value} if message in MESSAGES else ""


def forget(request: Request, response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
