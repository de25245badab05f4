"""Error pages: what happened, what the reader can do now, and the request id to quote."""

from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import Request
from starlette.responses import Response

from gateway.people.directory import Person
from gateway.portal.kit import confirming, flash, i18n, rendering
from gateway.portal.kit.forms import CONFIRMATION, Form, local_address
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import OUR_FAULT, SENT_BEFORE, TITLES, explain, sentence
from gateway.portal.kit.visit import set_reader_language
from trackline_schemas.errors import ServiceError, reasons

# Pages with another status show only its title, because the detail would not help a reader.
WITH_DETAIL = frozenset({400, 403, 409, 412, 413, 415, 422, 429})
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
# Somebody went back to a form that had been sent, and changed it. Sent under a new key, it is another command.
SENT_BEFORE_TITLE = noop("Do you want to send this form again?")
SENT_BEFORE_ADVICE = noop("Otherwise there is nothing to do: what you sent first was received.")
# A form whose secret nobody can type again, such as the link in a mail, is not offered again.
GO_BACK = noop("Go back and send the form again.")


async def problem_page(request: Request, problem: dict[str, Any]) -> Response:
    if problem["code"] == "unauthenticated":
        return _redirect_to_sign_in(request, problem["reason"])
    status, sent_before = problem["status"], problem["reason"] == SENT_BEFORE
    if not getattr(request.state, "language_set", False):
        set_reader_language(request)
    if problem["reason"] == reasons.access.PASSWORD_NEEDED_AGAIN.name:
        return _confirmation_page(request, status)
    values = {
        "status": status,
        "title": i18n.gettext(SENT_BEFORE_TITLE if sent_before else TITLES.get(status, OUR_FAULT)),
        "advice": i18n.gettext(SENT_BEFORE_ADVICE if sent_before else ADVICE.get(status, OTHER_ADVICE)),
        "detail": sentence(problem["reason"], problem["params"], problem["detail"]) if status in WITH_DETAIL else "",
        "sent_before": sent_before,
        **(_under_new_key(request) if sent_before else _form_again(request, status)),
    }
    return rendering.page(request, "error.html", values, status)


def _confirmation_page(request: Request, status: int) -> Response:
    """Asks for the password, and offers the form again, which goes on with it."""
    refused: ServiceError | None = getattr(request.state, "not_confirmed", None)
    person: Person | None = getattr(request.state, "person", None)
    values = {
        "person": person,
        "subject": confirming.describe(request, getattr(request.state, "form", None) or Form()),
        "field": CONFIRMATION,
        "message": explain(refused) if refused else "",
        "back": local_address(urlsplit(request.headers.get("referer", "")).path),
        **_fields(request),
    }
    return rendering.page(request, "confirm.html", values, refused.status if refused else status)


def _fields(request: Request) -> dict[str, Any]:
    """Returns the fields of the form with their values, and field → label of the secret ones, which have none."""
    form: Form = getattr(request.state, "form", None) or Form()
    shown = [(name, value) for name, values in form.items() for value in values if name not in form.secrets]
    secrets = {name: i18n.gettext(label) for name, label in form.secrets.items() if form.text(name) and label}
    return {"resend": shown, "secrets": secrets}


def _under_new_key(request: Request) -> dict[str, Any]:
    fields = _fields(request)
    new = str(uuid4())
    return {**fields, "resend": [(name, new if name == "key" else value) for name, value in fields["resend"]]}


def _redirect_to_sign_in(request: Request, reason: str) -> Response:
    if reason == reasons.access.TOO_MANY_WRONG_PASSWORDS.name:
        return flash.redirect("/sign-in", "wrong_passwords")
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or address == "/":
        return flash.redirect("/sign-in")
    return flash.redirect(f"/sign-in?next={quote(address)}")


def _form_again(request: Request, status: int) -> dict[str, Any]:
    """Returns what the page needs to offer the failed form again under the same key: the fields with their values, and
    the labels of the secret fields, which the reader must type again."""
    form: Form = getattr(request.state, "form", None) or Form()
    secrets = {name: label for name, label in form.secrets.items() if form.text(name)}
    if (status < 500 and status != 429) or not all(secrets.values()):
        advice = {"advice": i18n.gettext(GO_BACK)} if status >= 500 else {}
        return {"resend": [], "secrets": {}, **advice}
    return _fields(request)
