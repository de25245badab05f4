"""The people of the tables and what they ask for: one system with an open team, another one, and a confidential one."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx
from harness.api import Api

OWN, OTHERS, CONFIDENTIAL = 0, 1, 2


@dataclass
class Actor:
    """A role of the tables with what it proves its identity by. `cookie` and `csrf` are empty for a key."""

    role: str
    id: str
    token: str = ""
    cookie: str = ""
    csrf: str = ""
    email: str = ""
    password: str = ""


@dataclass
class Cast:
    """`word` is in the title of each article. `objects` is kind → role → the values of path parameters, for each object
    of a heading. Under the role "" stands what is the same for all roles."""

    url: str
    admin: Api
    somebody: Api
    actors: dict[str, Actor]
    teams: dict[str, str]
    client: httpx.Client
    word: str = field(default_factory=lambda: f"matrix{uuid4().hex[:8]}")
    objects: dict[str, dict[str, list[dict[str, str]]]] = field(default_factory=dict)

    def object_of(self, kind: str, role: str, place: int) -> dict[str, str]:
        known = self.objects.get(kind, {})
        found = known.get(role) or known.get("", [{}])
        return found[place]

    def open_session_again(self, role: str) -> None:
        """Replaces the session of a role that has just ended its others."""
        actor = self.actors[role]
        if actor.cookie:
            cookie, csrf = open_session(self.url, actor.email, actor.password)
            self.actors[role] = replace(actor, cookie=cookie, csrf=csrf)

    def new_ticket(self, role: str, place: int) -> dict[str, str]:
        """Creates a ticket of the role, of somebody else, or of the confidential team."""
        own = place == OWN and (role != "deactivated" or not self.objects)
        requester = self.actors[role].id if own else self.somebody.me["id"]
        team = self.teams["confidential" if place == CONFIDENTIAL else "open"]
        name = f"{uuid4().hex}.txt"
        file = self.admin.http.post("/files", params={"name": name}, content=b"text", headers=PLAIN).json()
        fields: dict[str, Any] = {"requester_id": requester, "team_id": team, "attachments": [file["id"]]}
        word = f"printer{uuid4().hex[:8]}"
        made = self.admin.new_ticket(f"The {word} smokes", **fields)
        return {"number": made["number"], "file_id": file["id"], "word": word, "requester_id": requester}


PLAIN = {"Content-Type": "application/octet-stream"}


@contextmanager
def open_cast(url: str, administrator: Api) -> Iterator[Cast]:
    with ExitStack() as stack:
        teams = {name: _team(administrator, confidential=name == "confidential") for name in TEAMS}
        # Administrators see confidential tickets only as members.
        insider = _hire(administrator, stack, "Admin Person", {teams["confidential"]: "manage"}, admin=True)
        somebody = _hire(insider, stack, "Sam Somebody", {teams["open"]: "reply"})
        # One client for all requests, since making one costs more than a request.
        client = stack.enter_context(httpx.Client(base_url=url, timeout=30))
        cast = Cast(url, insider, somebody, {"anonymous": Actor("anonymous", somebody.me["id"])}, teams, client)
        cast.actors["admin"] = _actor("admin", insider)
        for role, (team, rank, admin) in STAFF.items():
            member = {teams[team]: rank} if team else {}
            cast.actors[role] = _actor(role, _hire(insider, stack, f"{role.title()} Person", member, admin=admin))
        for role, scope in KEYS.items():
            cast.actors[role] = _key(insider, role, scope, cast.actors["key-owner"].id)
        _add_objects(cast)
        insider.patch(f"/users/{cast.actors['deactivated'].id}", {"active": False})
        yield cast


TEAMS = ("open", "other", "confidential")
# Role → team, role in it, administrator.
STAFF: Mapping[str, tuple[str, str, bool]] = {
    "deactivated": ("open", "manage", True),
    "requester": ("", "", False),
    "reader": ("open", "read", False),
    "replier": ("open", "reply", False),
    "manager": ("open", "manage", False),
    "other": ("other", "reply", False),
    "member": ("confidential", "reply", False),
    "outsider": ("", "", True),
    "key-owner": ("open", "reply", True),
}
KEYS = {"key-read": "read", "key-write": "write"}


def _team(admin: Api, *, confidential: bool) -> str:
    return str(admin.post("/teams", {"name": f"Team {uuid4().hex}", "confidential": confidential})["id"])


def _hire(by: Api, stack: ExitStack, name: str, teams: Mapping[str, str], *, admin: bool = False) -> Api:
    password, email = f"words {uuid4().hex}", f"{uuid4().hex}@example.org"
    by.post("/users", {"name": name, "emails": [email], "password": password, "teams": dict(teams), "admin": admin})
    return stack.enter_context(Api.sign_in(by.url, email, password))


def _actor(role: str, api: Api) -> Actor:
    cookie, csrf = open_session(api.url, api.me["email"], api.password)
    return Actor(role, api.me["id"], api.token, cookie, csrf, api.me["email"], api.password)


def _key(admin: Api, role: str, scope: str, user_id: str) -> Actor:
    made = admin.post("/api-keys", {"name": role, "scope": scope, "user_id": user_id})
    return Actor(role, user_id, made["key"])


def open_session(url: str, email: str, password: str) -> tuple[str, str]:
    """Signs in as a browser does. Returns the cookie and the CSRF token."""
    with httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=30) as browser:
        token = csrf_of(browser.get("/sign-in").text)
        browser.post("/sign-in", data={"csrf_token": token, "email": email, "password": password})
        return browser.cookies["trackline_session"], csrf_of(browser.get("/profile").text)


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def _add_objects(cast: Cast) -> None:
    roles = [role for role in cast.actors if role != "key-owner"]
    tickets = {role: [cast.new_ticket(role, place) for place in (OWN, OTHERS, CONFIDENTIAL)] for role in roles}
    admin, somebody = cast.admin, cast.somebody
    newcomer = admin.post("/users", {"name": "Nora Newcomer", "emails": [f"{uuid4().hex}@example.org"]})
    category = admin.post("/categories", {"name": f"Category {uuid4().hex}"})["id"]
    admin.patch(f"/categories/{category}", {"name": f"Category {uuid4().hex}"})
    draft = admin.post("/imports/people", {"csv": f"name,email\nIda,{uuid4().hex}@example.org\n"})
    cast.objects |= {
        "ticket": tickets,
        "article": {"": [_article(cast, visibility) for visibility in ("public", "internal", "team")]},
        "template": {role: _templates(cast, role) for role in roles},
        "file": {role: [{"file_id": _upload(cast, role)}, {"file_id": tickets[role][1]["file_id"]}] for role in roles},
        "team": {"": [_both(cast.teams[name], "team_id") for name in ("open", "confidential")]},
        "person": {
            role: [{"user_id": actor.id}, {"user_id": somebody.me["id"]}] for role, actor in cast.actors.items()
        },
        "somebody": {"": [{"user_id": somebody.me["id"]}]},
        "newcomer": {"": [{"user_id": newcomer["id"]}]},
        "category": {"": [_both(category, "category_id")]},
        "change": {"": [{"change_id": f"{category}:00000002"}]},
        "import": {"": [{"import_id": draft["id"]}]},
    }


def _both(id_: str, name: str) -> dict[str, str]:
    return {"record_id": id_, name: id_}


def _article(cast: Cast, visibility: str) -> dict[str, str]:
    """Creates a published article of two versions."""
    team = {"team_id": cast.teams["confidential"]} if visibility == "team" else {}
    text = {"title": f"{cast.word} {visibility}", "body": "Text"}
    number = cast.admin.post("/articles", {**text, **team, "state": "published", "visibility": visibility})["number"]
    cast.admin.patch(f"/articles/{number}", {"title": f"{cast.word} for {visibility}"})
    return {"number": number, "version": "1"}


def _templates(cast: Cast, role: str) -> list[dict[str, str]]:
    """Returns the template of the role's person, of somebody else, and of the confidential team."""
    text = {"name": "Hello", "text": "Hello"}
    headers = {"Authorization": f"Bearer {_owner(cast, role).token}"}
    made = httpx.post(f"{cast.url}/api/v1/reply-templates", json=text, headers=headers)
    others = cast.somebody.post("/reply-templates", text)["id"]
    # A requester has none.
    own = made.json()["id"] if made.status_code == 201 else others
    of_team = {**text, "visibility": "team", "team_id": cast.teams["confidential"]}
    return [_both(id_, "template_id") for id_ in (own, others, cast.admin.post("/reply-templates", of_team)["id"])]


def _owner(cast: Cast, role: str) -> Actor:
    """Returns the person whose objects are the role's own. An anonymous caller asks for those of a requester."""
    return cast.actors["key-owner" if role in KEYS else "requester" if role == "anonymous" else role]


def _upload(cast: Cast, role: str) -> str:
    headers = {**PLAIN, "Authorization": f"Bearer {_owner(cast, role).token}"}
    made = httpx.post(f"{cast.url}/api/v1/files", params={"name": "a.txt"}, content=b"text", headers=headers)
    return str(made.json()["id"])
