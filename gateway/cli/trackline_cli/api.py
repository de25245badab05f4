"""A client of the HTTP API that retries temporary failures."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

ATTEMPTS = 9
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0
TIMEOUT = 30.0
_RETRIED = frozenset({429, 503, 504})

Json = dict[str, Any]


class Refused(Exception):
    """Trackline refused a request, and would refuse it again. `status` and `code` are those of the problem."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Unreachable(Exception):
    """Trackline did not answer in any attempt, or only with temporary errors."""


class Api:
    """Retries temporary failures with the same Idempotency-Key, and renews its access token when it expires. All
    methods raise Refused or Unreachable."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None, token: str | None = None) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, transport=transport)
        self._access = token
        self._refresh: str | None = None
        self._renewing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def sign_in(self, email: str, password: str) -> None:
        await self._get_tokens({"grant_type": "password", "username": email, "password": password})

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        return await self._request("GET", path, params=params)

    async def post(self, path: str, body: Json, key: str | None = None) -> Json:
        """Sends a POST, several times if necessary. The key may be absent only if the API makes repeats harmless."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._request("POST", path, json=body, headers=headers)

    async def patch(self, path: str, body: Json) -> Json:
        return await self._request("PATCH", path, json=body)

    async def list_all(self, path: str, params: Mapping[str, Any]) -> AsyncIterator[Json]:
        """Yields the items of all pages."""
        page = await self.get(path, params)
        while True:
            for item in page["data"]:
                yield item
            if page["links"]["next"] is None:
                return
            page = await self.get(page["links"]["next"])

    async def _request(self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any) -> Json:
        access = self._access
        try:
            return await self._send(method, path, headers={**(headers or {}), **_bearer(access)}, **rest)
        except Refused as refused:
            if refused.status != 401 or self._refresh is None:
                raise
        async with self._renewing:
            # A refresh token works once, so only one of the requests that the expired token failed may use it.
            if self._access == access:
                await self._get_tokens({"grant_type": "refresh_token", "refresh_token": self._refresh})
        return await self._send(method, path, headers={**(headers or {}), **_bearer(self._access)}, **rest)

    async def _get_tokens(self, form: Mapping[str, str]) -> None:
        tokens = await self._send("POST", "/api/v1/auth/token", data=form)
        self._access, self._refresh = tokens["access_token"], tokens["refresh_token"]

    async def _send(self, method: str, path: str, **rest: Any) -> Json:
        pause, reason = FIRST_PAUSE, ""
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 (jitter)
            try:
                answer = await self._client.request(method, path, **rest)
            except httpx.TransportError as error:
                pause, reason = min(pause * 2, LONGEST_PAUSE), str(error) or type(error).__name__
                continue
            if answer.status_code not in _RETRIED:
                return _parse(answer)
            pause, reason = max(_retry_after(answer), min(pause * 2, LONGEST_PAUSE)), _problem(answer)["detail"]
        raise Unreachable(f"{self._client.base_url} failed in all of {ATTEMPTS} attempts: {reason}")


def _parse(answer: httpx.Response) -> Json:
    if answer.is_success:
        body: Json = answer.json()
        return body
    problem = _problem(answer)
    details = "; ".join(
        f"{entry.get('pointer') or entry.get('parameter')}: {entry['detail']}" for entry in problem.get("errors") or ()
    )
    raise Refused(answer.status_code, problem.get("code", ""), details or problem["detail"])


def _problem(answer: httpx.Response) -> Json:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict) and "detail" in problem:
        return problem
    return {"detail": f"the answer was {answer.status_code} {answer.reason_phrase}"}


def _retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("retry-after", "")
    return min(float(given), 60.0) if given.isdigit() else 0.0


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
