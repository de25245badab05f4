"""A client of the public API for tests, as an integration would write it, and a function to wait."""

import secrets
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

TOKEN_SECONDS = 600


class Api:
    """`me` is the signed-in person as GET /users/me shows them. With a password, the client renews its token."""

    def __init__(self, url: str, token: str, password: str = "") -> None:
        self._token, self._renew_at = token, time.monotonic() + TOKEN_SECONDS
        self.http = httpx.Client(base_url=f"{url}/api/v1", auth=self._authorize, timeout=30)
        self.url = url
        self.password = password
        self.me: dict[str, Any] = self.get("/users/me")

    @classmethod
    def sign_in(cls, url: str, email: str, password: str) -> Self:
        return cls(url, _token(url, email, password), password)

    @property
    def token(self) -> str:
        if self.password and time.monotonic() > self._renew_at:
            self._token = _token(self.url, self.me["email"], self.password)
            self._renew_at = time.monotonic() + TOKEN_SECONDS
        return self._token

    def _authorize(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **params: Any) -> Any:
        return _ok(self.http.get(path, params=params))

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        return _ok(self.http.post(path, json=body, headers=headers))

    def patch(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        return _ok(self.http.patch(path, json=body, headers=headers))

    def new_ticket(
        self, title: str = "Printer does not print", key: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        ticket = {"title": title, "description": f"{title}. It worked yesterday.", **fields}
        return self.post("/tickets", ticket, key or uuid4().hex)  # type: ignore[no-any-return]

    def comment(self, number: str, text: str, visibility: str = "public", key: str | None = None) -> Any:
        body = {"text": text, "visibility": visibility}
        return self.post(f"/tickets/{number}/comments", body, key or uuid4().hex)

    def update(self, number: str, **body: Any) -> Any:
        return self.post(f"/tickets/{number}/updates", body, uuid4().hex)

    def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Returns every row of a list, from all pages."""
        rows: list[dict[str, Any]] = []
        answer = self.get(path, **{"page[size]": 100, **params})
        while True:
            rows += answer["data"]
            following = answer["links"]["next"]
            if not following:
                return rows
            answer = _ok(self.http.get(following.removeprefix("/api/v1")))

    def team(self, name: str) -> str:
        return str(next(team["id"] for team in self.all("/teams") if team["name"] == name))

    def new_person(self, name: str, teams: Mapping[str, str] | None = None) -> "Api":
        """Creates an account with a unique email address and signs it in."""
        password = secrets.token_urlsafe(12)
        email = f"{name.split(maxsplit=1)[0].lower()}.{uuid4().hex[:8]}@example.org"
        self.post("/users", {"name": name, "emails": [email], "password": password, "teams": dict(teams or {})})
        return Api.sign_in(self.url, email, password)

    def wait_for_starter_pack(self) -> None:
        wait_for(lambda: len(self.all("/categories")) >= 8 and len(self.all("/articles")) >= 5, 60)


def _token(url: str, email: str, password: str) -> str:
    form = {"grant_type": "password", "username": email, "password": password}
    answer = httpx.post(f"{url}/api/v1/auth/token", data=form, timeout=30)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _ok(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url} → {answer.status_code}: {answer.text}"
    return answer.json() if answer.content else None


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Polls until the condition is true and returns its value. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")
