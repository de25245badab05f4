"""Problems as pages: what happened, how to go on, and the number to quote."""

from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from gateway.portal.kit import flash, i18n, rendering
from gateway.portal.kit.forms import SECRET
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import OUR_FAULT, TITLES, sentence
from gateway.portal.kit.visit import greet

# For the others the title says all that a reader can use.
TOLD = frozenset({400, 403, 409, 412, 413, 415, 422})
ADVICE = {
    400: noop("Go back and start from the page before."),
    409: noop("Go back and reload the page to see why."),
    412: noop("Go back and reload the page to see what is new."),
    413: noop("Go back and make it shorter."),
    422: noop("Go back and mend it; what you wrote is still there."),
    403: noop("If you think you should, ask an administrator."),
    404: noop("The address may be mistyped, or the ticket belongs to somebody else."),
    429: noop("Wait a minute and try again."),
    503: noop("Nothing you sent is lost. Try again in a moment."),
    504: noop("Try again: what you sent is not done twice."),
}


async def problem_page(request: Request, problem: dict[str, Any]) -> Response:
    if problem["code"] == "unauthenticated":
        return _to_sign_in(request)
    status = problem["status"]
    if not getattr(request.state, "speaking", False):
        greet(request)
    values = {
        "status": status,
        "title": i18n.gettext(TITLES.get(status, OUR_FAULT)),
        "advice": i18n.gettext(ADVICE.get(status, noop("Try again. If it stays, tell us the number below."))),
        "detail": sentence(problem["reason"], problem["params"], problem["detail"]) if status in TOLD else "",
        "again": _sent(request) if status >= 500 else [],
    }
    return rendering.page(request, "error.html", values, status)


def _to_sign_in(request: Request) -> Response:
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or address == "/":
        return flash.redirect("/sign-in")
    return flash.redirect(f"/sign-in?next={quote(address)}")


def _sent(request: Request) -> list[tuple[str, str]]:
    """The fields of a form that failed: they are offered for sending again under the same key."""
    form: dict[str, list[str]] = getattr(request.state, "form", {})
    return [(name, value) for name, values in form.items() for value in values if name not in SECRET]
