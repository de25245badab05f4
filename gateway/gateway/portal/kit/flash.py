"""The toast of the next page. A short-lived cookie carries its message, a value for it, and the steps to undo."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter
from starlette.responses import Response

from gateway.portal.kit.i18n import gettext, noop

COOKIE = "trackline_toast"
# The value of this message is the whole text, in the language of its reader.
SAID = "said"
# the message, its value, and the steps to undo. Pydantic refuses texts that cannot be sent, such as lone surrogates.
_PACKED = TypeAdapter(list[str | int])

MESSAGES = {
    "created": noop("We received your request %(value)s. We will reply here and by email."),
    "replied": noop("Your reply was sent."),
    "noted": noop("Your note was added."),
    "invited": noop("An invitation is on its way to %(value)s."),
    "retried": noop("Requeued. The service will try again."),
    "dropped": noop("The event was discarded."),
    "called": noop("Ticket %(value)s was created. The caller will be notified by email."),
    "revoked": noop("The key was revoked."),
    "welcome": noop("Your password is set. You are signed in."),
    "saved": noop("Your changes were saved."),
    "password": noop("Your password was changed. You are signed out everywhere else."),
    "signed_out": noop("You are signed out there."),
    "signed_out_others": noop("You are signed out everywhere else."),
    "wrong_passwords": noop("You are signed out, because a wrong password was typed too often. Sign in again."),
    "state": noop("The ticket is now “%(value)s”."),
    "cancelled": noop("Your request was cancelled."),
    "closed": noop("Your request is closed. We are glad that it works again."),
    "reopened": noop("Your request is open again. We will take another look."),
    "read": noop("All notifications are marked as read."),
    "draft_saved": noop("The article was saved as a draft."),
    "published": noop("The article is published. Readers can see it now."),
    "unpublished": noop("The article is a draft again. Readers can no longer see it."),
    "archived": noop("The article is archived. Readers can no longer see it."),
    "for_review": noop("The article was saved and is waiting for a review."),
    "restored": noop("Version %(value)s was restored as a new version."),
    "article_overtaken": noop(
        "The version was not restored, because somebody changed the article in the meantime. Look at the latest version"
        " first."
    ),
}


@dataclass(frozen=True)
class Toast:
    """`undo` holds steps in the form of gateway.actions.undo."""

    text: str = ""
    undo: Sequence[str] = ()
    undo_label: str = ""


def redirect(address: str, message: str | None = None, value: str | int = "", undo: Sequence[str] = ()) -> Response:
    """Answers with 303, so that a reload does not post again."""
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
        message, value, *undo = _PACKED.validate_json(base64.urlsafe_b64decode(packed))
    except ValueError:
        return Toast()
    if not isinstance(message, str):
        return Toast()
    # A reply that was sent with the state cannot be taken back: only the state can.
    label = gettext("Undo the state") if message == "state" else gettext("Undo")
    return Toast(_text(message, value), [str(step) for step in undo], label)


def _text(message: str, value: str | int) -> str:
    if message == SAID:
        return str(value)
    return gettext(MESSAGES[message]) % {"value": value} if message in MESSAGES else ""


def forget(request: Request, response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
