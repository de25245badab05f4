"""The request of each row: what a caller with all rights would send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from authorisation.cast import PLAIN, Actor, Cast, csrf_of, open_session
from authorisation.table import Row

SINCE = {"from": "2026-01-01T00:00:00Z", "to": "2126-01-01T00:00:00Z"}
# These forms are for visitors, whose token is that of the sign-in page.
FOR_VISITORS = {"/sign-in", "/forgotten", "/password", "/password/strength"}


@dataclass(frozen=True)
class Case:
    """One request: a row, asked by a role for one of the objects of the heading."""

    cast: Cast
    row: Row
    role: str
    place: int

    @property
    def actor(self) -> Actor:
        return self.cast.actors[self.role]

    @property
    def is_page(self) -> bool:
        return not self.row.path.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.row.name} as {self.role} ({self.row.objects[self.place]})"


Members = Mapping[str, Any]
Request = Callable[[Case], Members]


def unique(case: Case) -> str:
    return f"Matrix {uuid4().hex}"


def address(case: Case) -> str:
    return f"{uuid4().hex}@example.org"


def _json(**members: Any) -> Request:
    return lambda case: {"json": _fill(case, members)}


def _form(**fields: Any) -> Request:
    return lambda case: {"data": _fill(case, fields)}


def _query(**params: Any) -> Request:
    return lambda case: {"params": _fill(case, params)}


def _fill(case: Case, members: Members) -> dict[str, Any]:
    return {name: value(case) if callable(value) else value for name, value in members.items()}


def _somebody(case: Case) -> str:
    return str(case.cast.somebody.me["id"])


def _history(case: Case) -> list[dict[str, Any]]:
    changes = {"title": "No dial tone", "requester_id": _somebody(case)}
    return [{"time": "2016-02-29T09:00:00Z", "changes": changes}]


def _team(case: Case) -> Members:
    team = case.cast.admin.get(f"/teams/{case.cast.object_of('team', '', case.place)['team_id']}")
    return {"data": {"name": team["name"], "confidential": "1" if team["confidential"] else "", "active": "1"}}


def _person(case: Case) -> Members:
    me = case.cast.somebody.me
    fields = {"name": me["name"], "emails": me["email"], "language": "en", "time_zone": "UTC"}
    return {"data": {**fields, **{f"team-{team}": role for team, role in me["teams"].items()}}}


CREDENTIALS = {
    "grant_type": "password",
    "username": lambda case: case.cast.somebody.me["email"],
    "password": lambda case: case.cast.somebody.password,
}
SIGN_IN = {"email": CREDENTIALS["username"], "password": CREDENTIALS["password"]}
CHOICE = {"link": "no.link", "password": "four unrelated words"}
ARTICLE = {"title": unique, "body": "Text"}
WRONG_PASSWORD = {"current": "not the present one", "new": "four unrelated words"}
CSV = "name,email\nIda,ida@example.org\n"

BODIES: Mapping[str, Request] = {
    # tickets
    "POST /api/v1/tickets": _json(title="Printer", description="It smokes."),
    "PATCH /api/v1/tickets/{number}": _json(title=unique),
    "POST /api/v1/tickets/{number}/updates": _json(comment={"text": "A note", "visibility": "internal"}),
    "POST /api/v1/tickets/{number}/comments": _json(text="A reply"),
    "POST /api/v1/imports/tickets": _json(source="matrix", external_ref=unique, steps=_history),
    "POST /api/v1/imports/purges": _json(source="matrix-nothing"),
    "POST /api/v1/files": lambda case: {"params": {"name": "a.txt"}, "content": b"text", "headers": PLAIN},
    # articles
    "POST /api/v1/articles": _json(**ARTICLE),
    "PATCH /api/v1/articles/{number}": _json(title=unique),
    "GET /api/v1/articles/{number}/diff": _query(earlier=1, later=2),
    "POST /api/v1/articles/{number}/restore": _json(version=1),
    # people
    "POST /api/v1/users": _json(name="Ida", emails=lambda case: [address(case)]),
    "PATCH /api/v1/users/me": _json(phone="12"),
    "POST /api/v1/users/me/password": _json(**WRONG_PASSWORD),
    "PATCH /api/v1/users/{user_id}": _json(phone="12"),
    "PUT /api/v1/users/{user_id}/password": lambda case: {"json": {"password": case.cast.somebody.password}},
    "POST /api/v1/teams": _json(name=unique),
    "PATCH /api/v1/teams/{team_id}": _json(name=unique),
    "POST /api/v1/imports/people": _json(csv=CSV),
    "PATCH /api/v1/imports/people/{import_id}": _json(invite=False),
    "POST /api/v1/api-keys": _json(name="k"),
    # sign-in
    "POST /api/v1/auth/token": _form(**CREDENTIALS),
    "POST /api/v1/auth/revoke": _form(token="no.token"),
    "POST /api/v1/auth/forgotten-password": _json(email=address),
    "POST /api/v1/auth/password": _json(**CHOICE),
    "POST /api/v1/auth/password-strength": _json(password=CHOICE["password"]),
    "POST /api/v1/auth/confirm": _json(password="not the present one"),
    # everything else of the API
    "PATCH /api/v1/organisation": _json(name=None),
    "PATCH /api/v1/setup": _json(dismissed=True),
    "PATCH /api/v1/settings/mail": _json(mail_from=None),
    "POST /api/v1/notifications/read": _json(ticket_id="none"),
    "POST /api/v1/health/dead-letters/retry": _json(id="none"),
    "POST /api/v1/health/dead-letters/drop": _json(id="none"),
    "POST /api/v1/search/reconcile": _json(dry_run=True),
    "GET /api/v1/search": _query(q="printer"),
    "GET /api/v1/suggest": _query(q="printer"),
    "GET /api/v1/analytics/summary": _query(**SINCE),
    "GET /api/v1/analytics/series": _query(**{**SINCE, "to": "2030-01-01T00:00:00Z"}, every="month"),
    "GET /api/v1/analytics/tickets": _query(**SINCE, measure="created"),
    "POST /api/v1/categories": _json(name=unique),
    "PATCH /api/v1/categories/{record_id}": _json(name=unique),
    "POST /api/v1/reply-templates": _json(name="n", text="t"),
    "PATCH /api/v1/reply-templates/{record_id}": _json(name=unique),
    # the portal
    "POST /sign-in": _form(**SIGN_IN),
    "POST /forgotten": _form(email=address),
    "GET /password": _query(link="no.link"),
    "POST /password": _form(**CHOICE),
    "POST /password/strength": _form(**CHOICE),
    "POST /profile": _form(language="en", time_zone="UTC"),
    "POST /profile/password": _form(**WRONG_PASSWORD),
    "POST /profile/password/strength": _form(password=CHOICE["password"]),
    "POST /profile/sessions/end": _form(session="none"),
    "POST /new": _form(title="Printer", description="It smokes."),
    "GET /new/suggestions": _query(title="printer"),
    "GET /new/call/people": _query(who="somebody"),
    "POST /new/call": _form(caller=_somebody, title="Printer", description="It smokes."),
    "POST /t/{number}/reply": _form(text="A reply"),
    "POST /t/{number}/change": _form(title=unique),
    "POST /t/{number}/participants": _form(people=lambda case: case.cast.somebody.me["email"]),
    "POST /t/{number}/state": _form(state="cancelled"),
    "POST /inbox/read": _form(ticket_id="none"),
    "GET /search": _query(q="printer"),
    "GET /answers": _query(q="printer"),
    "GET /insights/tickets": _query(**SINCE, measure="created"),
    "GET /insights/tickets.csv": _query(**SINCE, measure="created"),
    "POST /desk/articles/new": _form(**ARTICLE, visibility="public", language="en"),
    "POST /desk/articles/preview": _form(body="Text"),
    "POST /markdown": _form(text="Text"),
    "POST /desk/articles/{number}": _form(**ARTICLE, language="en"),
    "POST /desk/articles/{number}/restore": _form(version="1"),
    "POST /settings/people/new": _form(name="Ida", email=address),
    "POST /settings/people/{user_id}": _person,
    "POST /settings/people/{user_id}/active": _form(active="1"),
    "POST /settings/people/import": lambda case: {"files": {"file": ("people.csv", CSV.encode())}},
    "POST /settings/teams": _form(name=unique),
    "POST /settings/teams/{team_id}": _team,
    "POST /settings/teams/{team_id}/members": _form(user_id=lambda case: case.cast.actors["requester"].id, role=""),
    "POST /settings/categories": _form(name=unique),
    "POST /settings/categories/{category_id}": _form(name=unique, active="1"),
    "POST /settings/organisation": _form(name="", language="en", time_zone="UTC"),
    "POST /settings/api-keys": _form(name="k", scope="read"),
    "POST /settings/health/dead-letters/{action}": _form(id="none"),
    "POST /settings/reply-templates/new": _form(name="n", text="t", visibility="personal"),
}
# Path parameters that name no object.
PATHS = {"code": "forbidden", "slug": "open", "state": "failed", "action": "drop", "step": "teams"}
PATHS |= {"mail_id": "none", "session_id": "0" * 32}
# A caller with all rights gets another answer than success, because the request changes nothing on purpose.
ALLOWED: Mapping[str, int] = {
    "POST /settings/organisation": 422,
    "POST /settings/reply-templates/{template_id}": 422,
    "POST /api/v1/imports/people/{import_id}/start": 422,
    "POST /api/v1/auth/password": 422,
    "POST /api/v1/auth/confirm": 422,
    "POST /password/strength": 422,
    "POST /api/v1/users/me/password": 422,
    "POST /profile/password": 422,
}


def _no_members(case: Case) -> Members:
    return {}


def sign_of(case: Case) -> str:
    """Sends the request. Returns the sign for its answer, or the status if no sign stands for it."""
    return answer_sign(case, send(case, BODIES.get(case.row.name, _no_members)(case)))


def answer_sign(case: Case, answer: httpx.Response) -> str:
    to_sign_in = answer.headers.get("location", "").startswith("/sign-in") and case.row.path != "/sign-out"
    if answer.status_code == 401 or to_sign_in:
        return "!"
    if answer.is_success or answer.is_redirect or answer.status_code == ALLOWED.get(case.row.name):
        return "+"
    return {403: "x", 404: "-"}.get(answer.status_code, f" {answer.status_code} {answer.text[:200]}")


def send(case: Case, given: Members) -> httpx.Response:
    members = dict(given)
    headers = {**members.pop("headers", {}), "Accept": "text/html" if case.is_page else "application/json"}
    path = case.row.path.format(**{**PATHS, **_object(case)})
    client = case.cast.client
    client.cookies.clear()
    _identify(case, client, headers, members)
    with client.stream(case.row.method, path, headers=headers, **members) as answer:
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
        return answer


def _object(case: Case) -> Mapping[str, str]:
    """Returns the path parameters. What the request ends is made for it."""
    if case.row.kind == "ticket to cancel":
        return case.cast.new_ticket(case.role, case.place)
    if case.row.kind == "key":
        return {"key_id": case.cast.admin.post("/api-keys", {"name": "to revoke"})["id"]}
    return case.cast.object_of(case.row.kind, case.role, case.place) if case.row.kind else {}


def _identify(case: Case, client: httpx.Client, headers: dict[str, str], members: dict[str, Any]) -> None:
    actor, csrf = case.actor, case.actor.csrf
    if case.is_page and actor.cookie:
        cookie = actor.cookie
        if case.row.name == "POST /sign-out" and case.role != "deactivated":
            # This session ends.
            cookie, csrf = open_session(case.cast.url, actor.email, actor.password)
        client.cookies["trackline_session"] = cookie
    elif actor.token:
        headers["Authorization"] = f"Bearer {actor.token}"
    if case.is_page and case.row.method == "POST":
        if case.row.path in FOR_VISITORS:
            csrf = csrf_of(client.get("/sign-in", headers=headers).text)
        members["data"] = {**members.get("data", {}), "csrf_token": csrf, "key": uuid4().hex}
