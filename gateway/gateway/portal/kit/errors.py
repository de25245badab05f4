"""Error pages: what happened, what the reader can do now, and the request id to quote."""

from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from gateway.portal.kit import flash, i18n, rendering
from gateway.portal.kit.forms import SECRET
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import OUR_FAULT, TITLES, sentence
from gateway.portal.kit.visit import set_visitor_language

# Pages with another status show only its title, because the detail would not help a reader.
WITH_DETAIL = frozenset({400, 403, 409, 412, 413, 415, 422})
ADVICE = {
    400: noop("Go back to the previous page and start again."),
    409: noop("Go back and reload the page to see why."),
    412: noop("Go back and reload the page to see what is new."),
    413: noop("Go back and make it shorter."),
    422: noop("Go back and correct it. What you wrote is still there."),
    403: noop("If you need access, ask an administrator."),
    404: noop("The address may be wrong, or the ticket belongs to somebody else. Check the link and try again."),
    429: noop("Wait a minute and try again."),
    503: noop("Nothing you sent is lost. Try again in a moment."),
    504: noop("Try again. What you sent will not be carried out twice."),
}
OTHER_ADVICE = noop("Try again. If it keeps happening, tell us the number below.")


async def problem_page(request: Request, problem: dict[str, Any]) -> Response:
    if problem["code"] == "unauthenticated":
        return _redirect_to_sign_in(request)
    status = problem["status"]
    if not getattr(request.state, "language_set", False):
        set_visitor_language(request)
    values = {
        "status": status,
        "title": i18n.gettext(TITLES.get(status, OUR_FAULT)),
        "advice": i18n.gettext(ADVICE.get(status, OTHER_ADVICE)),
        "detail": sentence(problem["reason"], problem["params"], problem["detail"]) if status in WITH_DETAIL else "",
        "resend": _resendable_fields(request) if status >= 500 else [],
    }
    return rendering.page(request, "error.html", values, status)


def _redirect_to_sign_in(request: Request) -> Response:
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or address == "/":
        return flash.redirect("/sign-in")
    return flash.redirect(f"/sign-in?next={quote(address)}")


def _resendable_fields(request: Request) -> list[tuple[str, str]]:
    """Returns the fields of the failed form, so that the reader can send it again with the same key."""
    form: dict[str, list[str]] = getattr(request.state, "form", {})
    return [(name, value) for name, values in form.items() for value in values if name not in SECRET]
