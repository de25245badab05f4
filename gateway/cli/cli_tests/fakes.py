"""A fake of the parts of the API that the commands use, without a network."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx

PASSWORD = "correct horse"
LONGEST_NAME = 200
LINE = {"type": "string", "minLength": 1, "maxLength": 10}
PROPERTIES: dict[str, Any] = {
    "title": LINE,
    "description": LINE,
    "kind": {"type": "string", "enum": ["incident", "request"]},
    "impact": {"type": "integer"},
    "category_id": {"anyOf": [LINE, {"type": "null"}]},
    "tags": {"type": "array", "items": LINE},
    "source": {"anyOf": [LINE, {"type": "null"}]},
    "external_ref": {"anyOf": [LINE, {"type": "null"}]},
}


class Trackline:
    """`failures` holds the next answers that replace successful ones: statuses, or exceptions of httpx. `hidden` has
    the references of tickets that the account may not read. `tickets` has one ticket for each reference."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.categories: list[dict[str, Any]] = []
        self.users: list[dict[str, Any]] = []
        self.teams: list[dict[str, Any]] = []
        self.imported: dict[str, dict[str, Any]] = {}
        self.refused_refs: set[str] = set()
        self.by_key: dict[str, dict[str, Any]] = {}
        self.failures: deque[int | Exception] = deque()
        self.refused_titles: set[str] = set()
        self.hidden: set[str] = set()
        self.token = self.refresh = 0
        self.more_properties: dict[str, Any] = {}
        self.posts = 0
        self.refreshes = 0
        self.at_once = self.most_at_once = 0

    def of_row(self, number: int) -> dict[str, Any]:
        """Returns the ticket of a row without a reference. The first of them is number 1."""
        return [ticket for reference, ticket in self.tickets.items() if reference.startswith("row-")][number - 1]

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            return await self._route(request)
        finally:
            self.at_once -= 1

    async def _route(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/token":
            return self._tokens(parse_qs(request.content.decode()))
        if request.url.path == "/openapi.json":
            schemas = {"CreateTicket": {"properties": PROPERTIES | self.more_properties}}
            return httpx.Response(200, json={"components": {"schemas": schemas}})
        if request.headers.get("authorization") != f"Bearer t{self.token}":
            return problem(401, "unauthenticated")
        routes: dict[tuple[str, str], Callable[[], httpx.Response]] = {
            ("GET", "/api/v1/categories"): lambda: page(self.categories),
            ("POST", "/api/v1/categories"): lambda: _put(self.categories, "c", request),
            ("GET", "/api/v1/users"): lambda: page(self.users),
            ("POST", "/api/v1/users"): lambda: _put(self.users, "u", request),
            ("GET", "/api/v1/teams"): lambda: page(self.teams),
            ("POST", "/api/v1/teams"): lambda: _put(self.teams, "t", request),
            ("POST", "/api/v1/imports/tickets"): lambda: self._import(request),
            ("POST", "/api/v1/imports/purges"): lambda: self._purge(request),
            ("GET", "/api/v1/tickets"): lambda: self._list(request),
            ("POST", "/api/v1/tickets"): lambda: self._create(request),
        }
        if request.url.path.endswith("/events"):
            return self._opening(request.url.path.split("/")[-2])
        return routes[request.method, request.url.path]()

    def _tokens(self, form: dict[str, list[str]]) -> httpx.Response:
        if form["grant_type"] == ["refresh_token"]:
            if form["refresh_token"] != [f"r{self.refresh}"]:
                return problem(401, "unauthenticated")
            self.refreshes += 1
        elif form["password"] != [PASSWORD]:
            return problem(401, "unauthenticated")
        self.token += 1
        self.refresh = self.token
        return httpx.Response(200, json={"access_token": f"t{self.token}", "refresh_token": f"r{self.refresh}"})

    def expire_token(self) -> None:
        """Invalidates the access token. The refresh token stays valid."""
        self.token += 1

    def _import(self, request: httpx.Request) -> httpx.Response:
        self.posts += 1
        if self.failures:
            return problem(503, "unavailable") if self.failures.popleft() else problem(500, "internal")
        body = json.loads(request.content)
        ref = body["external_ref"]
        if ref in self.refused_refs:
            return problem(409, "conflict")
        before = len(self.imported[ref]["steps"]) if ref in self.imported else 0
        self.imported[ref] = body
        version = len(body["steps"])
        done = {"id": ref, "number": f"INC-{ref}", "version": version, "added": version - before}
        return httpx.Response(201, json=done)

    def _purge(self, request: httpx.Request) -> httpx.Response:
        """Removes two tickets in every other call, and none in the others, as if their events were not published
        yet."""
        self.posts += 1
        if self.failures:
            return problem(503 if self.failures.popleft() else 500, "unavailable")
        mine = [ref for ref, body in self.imported.items() if body["source"] == json.loads(request.content)["source"]]
        gone = mine[:2] if self.posts % 2 else []
        for ref in gone:
            del self.imported[ref]
        return httpx.Response(200, json={"removed": len(gone), "remaining": len(mine) - len(gone)})

    def _list(self, request: httpx.Request) -> httpx.Response:
        tree = json.loads(request.url.params["filter"])
        wanted = {one["field"]: one["value"] for one in tree.get("and", [tree])}
        start = int(request.url.params.get("page[after]", 0))
        mine = [
            ticket | {"number": f"T-{ref}"}
            for ref, ticket in self.tickets.items()
            if ref not in self.hidden and wanted.items() <= ticket.items()
        ]
        after = start + 2 if len(mine) > start + 2 else None
        return page(mine[start : start + 2], request.url.copy_set_param("page[after]", after) if after else None)

    def _create(self, request: httpx.Request) -> httpx.Response:
        self.posts += 1
        if self.failures:
            failure = self.failures.popleft()
            if isinstance(failure, Exception):
                raise failure
            return problem(failure, "unavailable")
        body, key = json.loads(request.content), request.headers["idempotency-key"]
        if body["title"] in self.refused_titles:
            return problem(422, "invalid", [{"pointer": "/title", "detail": "not this one"}])
        if key not in self.by_key:
            if self.tickets.get(body["external_ref"], {}).get("source") == body["source"]:
                return problem(409, "conflict")
            self.tickets[body["external_ref"]] = self.by_key[key] = body
        return httpx.Response(201, json=body | {"number": f"T-{body['external_ref']}"})

    def _opening(self, number: str) -> httpx.Response:
        ticket = self.tickets[number.removeprefix("T-")]
        changes = {name: [None, value] for name, value in ticket.items() if name != "description"}
        return page([{"changes": changes, "comment": {"text": ticket["description"].strip()}}])


def _put(rows: list[dict[str, Any]], prefix: str, request: httpx.Request) -> httpx.Response:
    name = json.loads(request.content)["name"]
    if len(name) > LONGEST_NAME or not any(map(str.isalnum, name)):
        return problem(422, "invalid", [{"pointer": "/name", "detail": "not this one"}])
    row = {"id": f"{prefix}{len(rows) + 1}", **json.loads(request.content)}
    rows.append(row | ({"email": row["emails"][0]} if "emails" in row else {}))
    return httpx.Response(201, json=row)


def page(items: list[dict[str, Any]], following: httpx.URL | None = None) -> httpx.Response:
    address = following.raw_path.decode() if following else None
    body = {"data": items, "meta": {"has_more": bool(following)}, "links": {"next": address}}
    return httpx.Response(200, json=body)


def problem(status: int, code: str, errors: list[dict[str, str]] | None = None) -> httpx.Response:
    body: dict[str, Any] = {"status": status, "code": code, "detail": f"refused: {code}"}
    return httpx.Response(status, json=body | ({"errors": errors} if errors else {}))
