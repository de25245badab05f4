"""A request of a signed-in person, with the clients of the services."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from gateway.actions.caller import Caller
from gateway.actions.confirmation import confirm
from gateway.actions.identity import caller
from gateway.actions.parts import Gateway, Parts
from gateway.kit.mongo import translate_store_errors
from gateway.people.directory import Person
from gateway.people.models import ConfirmPassword
from gateway.portal.kit import i18n, rendering
from gateway.portal.kit.forms import read_confirmation
from trackline_core.records.command import parse_command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import SYSTEM_ID, Viewer


class Visit:
    def __init__(self, request: Request, parts: Parts, caller: Caller) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.person: Person = caller.person
        self.viewer: Viewer = caller.viewer
        self.session = caller.session
        # A page that is open fetches its content again, without the frame around it.
        self.fragment = "x-fragment" in request.headers

    def reading(self) -> CallContext:
        return self.caller.reading()

    def name(self, person_id: str | None) -> str:
        if person_id is None:
            return ""
        if person_id == SYSTEM_ID:
            return i18n.gettext("Trackline")
        person = self.parts.people.directory.user(person_id)
        return person.name if person else i18n.gettext("Someone who has left")

    def names(self, person_ids: Iterable[str]) -> str:
        return ", ".join(map(self.name, person_ids))

    def team(self, team_id: str | None) -> str:
        team = self.parts.people.directory.team(team_id) if team_id else None
        return team.name if team else ""

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        shared = {"visit": self, "me": self.person, "csrf_token": self.session.csrf_token if self.session else ""}
        return rendering.page(self.request, template, {**shared, **values}, status)


async def visit(request: Request, parts: Gateway, asker: Annotated[Caller, Depends(caller)]) -> Visit:
    i18n.use(asker.person.language, asker.person.time_zone)
    request.state.language_set = True
    return Visit(request, parts, await _confirm(request, parts, asker))


async def _confirm(request: Request, parts: Parts, asker: Caller) -> Caller:
    """Checks the password in a form that came from the page that asks for it. If it is wrong, that page asks again as
    soon as the action refuses the form (gateway.portal.kit.errors). Too many wrong ones end the session."""
    typed = await read_confirmation(request)
    if not typed:
        return asker
    try:
        async with translate_store_errors():
            return await confirm(parts, asker, parse_command(ConfirmPassword, {"password": typed}))
    except ServiceError as error:
        if error.code == "unauthenticated":
            raise
        request.state.not_confirmed = error
        return asker


def set_visitor_language(request: Request) -> None:
    """Sets the language for somebody who is not signed in: the browser's if we have it, else the organisation's."""
    organisation = request.app.state.parts.people.directory.organisation
    header = ",".join(request.headers.getlist("accept-language"))
    i18n.use(i18n.preferred_language(header, organisation.language), organisation.time_zone)
    request.state.language_set = True


def set_reader_language(request: Request) -> None:
    """Sets the language of the person whose session was found, or that of a visitor."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        set_visitor_language(request)
    else:
        i18n.use(person.language, person.time_zone)


Visiting = Annotated[Visit, Depends(visit)]
