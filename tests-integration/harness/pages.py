"""Requests the portal like a browser without scripts."""

import re

import httpx

from harness.api import Api

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Pages:
    """A client with its own session. With None nobody is signed in."""

    def __init__(self, url: str, who: Api | None) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, headers={"Accept": "text/html"})
        if who:
            self._sign_in(who)

    def close(self) -> None:
        self._http.close()

    @property
    def cookies(self) -> str:
        """Returns the value of a Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    def get(self, path: str) -> httpx.Response:
        return self._http.get(path)

    def _sign_in(self, who: Api) -> None:
        token = _CSRF.search(self.get("/sign-in").text)
        assert token, "the sign-in page has no CSRF token"
        form = {"csrf_token": token[1], "email": who.me["email"], "password": who.password}
        answer = self._http.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
