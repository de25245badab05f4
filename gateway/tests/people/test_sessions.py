"""Where people are signed in, how long a session lasts, and ending the others."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.actions.identity import COOKIE
from gateway.kit.client import Client
from gateway.kit.mongo import Database
from gateway.people.domain.session import Limits, Session
from gateway.people.usecases import sign_in
from gateway.people.usecases.session import end_session
from trackline_schemas.errors import ServiceError

from .conftest import PASSWORD, Gateway
from .test_api_keys import key_of

BEA = "bea@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
Headers = dict[str, str]
LIMITS = Limits(timedelta(hours=2), timedelta(hours=12), timedelta(days=14), timedelta(days=30))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def browser(gateway: Gateway, remember: bool = False) -> tuple[Session, Headers]:
    client = Client("203.0.113.7", user_agent=FIREFOX)
    session = await sign_in.start_session(gateway.people, BEA, PASSWORD, remember=remember, client=client)
    return session, {"Cookie": f"{COOKIE}={session.token}", "X-CSRF-Token": session.csrf_token}


async def listed(gateway: Gateway, headers: Headers) -> list[dict[str, Any]]:
    answer = await gateway.client.get("/api/v1/users/me/sessions", headers=headers)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


async def status(gateway: Gateway, headers: Headers) -> int:
    return (await gateway.client.get("/api/v1/users/me", headers=headers)).status_code


@pytest.fixture
async def bea(gateway: Gateway, admin: Headers) -> dict[str, Any]:
    return await gateway.make_user(admin, emails=[BEA])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("desk\x9b31m-app\x07", "desk31m-app"),
        ("desk\x7f\x80\x8d-app", "desk-app"),
        ("de\xadsk\x85app", "desk app"),
        ("\x9b\x9d", None),
    ],
)
async def test_what_a_program_calls_itself_is_shown_without_control_characters(
    gateway: Gateway, bea: dict[str, Any], sent: str, shown: str | None
) -> None:
    """Also what an earlier release has stored."""
    client = Client("203.0.113.7", user_agent=sent)
    session = await sign_in.start_session(gateway.people, BEA, PASSWORD, remember=False, client=client)
    [row] = await listed(gateway, {"Cookie": f"{COOKIE}={session.token}"})
    assert row["user_agent"] == shown


async def test_people_see_their_browsers_and_apps_only(gateway: Gateway, admin: Headers, bea: dict[str, Any]) -> None:
    session, cookie = await browser(gateway)
    form = {"username": BEA, "password": PASSWORD}
    await gateway.client.post("/api/v1/auth/token", data=form, headers={"User-Agent": "desk-app/2"})
    mine, app = await listed(gateway, cookie)
    assert (mine["id"], mine["kind"], mine["current"]) == (session.id, "browser", True)
    assert (mine["user_agent"], mine["address"]) == (FIREFOX, "203.0.113.7")
    assert (app["kind"], app["user_agent"], app["current"]) == ("app", "desk-app/2", False)
    assert session.token not in str([mine, app])
    assert all(row["id"] not in (mine["id"], app["id"]) for row in await listed(gateway, admin))


async def test_one_of_them_is_ended(gateway: Gateway, bea: dict[str, Any]) -> None:
    _, here = await browser(gateway)
    there, elsewhere = await browser(gateway)
    tokens = await gateway.tokens(BEA)
    for row in await listed(gateway, here):
        if not row["current"]:
            answer = await gateway.client.delete(f"/api/v1/users/me/sessions/{row['id']}", headers=here)
            assert answer.status_code == 204
    assert (await status(gateway, here), await status(gateway, elsewhere)) == (200, 401)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert (await gateway.client.post("/api/v1/auth/token", data=form)).status_code == 401
    again = await gateway.client.delete(f"/api/v1/users/me/sessions/{there.id}", headers=here)
    assert again.status_code == 404


async def test_nobody_ends_the_session_of_somebody_else(gateway: Gateway, admin: Headers, bea: dict[str, Any]) -> None:
    session, cookie = await browser(gateway)
    answer = await gateway.client.delete(f"/api/v1/users/me/sessions/{session.id}", headers=admin)
    assert (answer.status_code, await status(gateway, cookie)) == (404, 200)
    malformed = await gateway.client.delete("/api/v1/users/me/sessions/nothing", headers=admin)
    assert malformed.status_code == 422
    with pytest.raises(ServiceError) as unknown:
        await end_session(gateway.people, bea["id"], "nothing")
    assert unknown.value.code == "not_found"


async def test_all_others_are_ended(gateway: Gateway, admin: Headers, bea: dict[str, Any]) -> None:
    _, elsewhere = await browser(gateway)
    tokens = await gateway.tokens(BEA)
    app = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await gateway.client.delete("/api/v1/users/me/sessions", headers=app)).status_code == 204
    assert [row["current"] for row in await listed(gateway, app)] == [True]
    assert await status(gateway, elsewhere) == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert (await gateway.client.post("/api/v1/auth/token", data=form)).status_code == 200
    _, here = await browser(gateway)
    assert (await gateway.client.delete("/api/v1/users/me/sessions", headers=here)).status_code == 204
    assert [row["kind"] for row in await listed(gateway, here)] == ["browser"]
    _, key = await key_of(gateway, admin, "write", user_id=bea["id"])
    assert (await gateway.client.delete("/api/v1/users/me/sessions", headers=key)).status_code == 204
    assert await status(gateway, here) == 401


async def test_rows_of_an_earlier_release_are_listed(gateway: Gateway, database: Database, bea: dict[str, Any]) -> None:
    _, here = await browser(gateway)
    await gateway.tokens(BEA)
    await database["sessions"].update_many({}, {"$unset": dict.fromkeys(["user_agent", "address", "confirmed_at"], "")})
    new = ["user_agent", "address", "confirmed_at", "created_at", "seen_at"]
    await database["refresh_tokens"].update_many({}, {"$unset": dict.fromkeys(new, "")})
    rows = await listed(gateway, here)
    assert [(row["kind"], row["user_agent"]) for row in rows] == [("browser", None), ("app", None)]


@pytest.mark.parametrize(
    ("remember", "started", "ends"),
    [
        (False, NOON, NOON + timedelta(hours=2)),
        (False, NOON - timedelta(hours=11), NOON + timedelta(hours=1)),
        (True, NOON, NOON + timedelta(days=14)),
        (True, NOON - timedelta(days=29), NOON + timedelta(days=1)),
    ],
)
def test_a_session_ends_after_a_time_without_use_and_after_its_longest_time(
    remember: bool, started: datetime, ends: datetime
) -> None:
    assert LIMITS.end(remember, started, NOON) == ends


async def test_what_a_page_fetches_by_itself_does_not_prolong_a_session(
    gateway: Gateway, database: Database, bea: dict[str, Any]
) -> None:
    _, cookie = await browser(gateway)
    soon = datetime.now(UTC) + timedelta(minutes=10)
    await database["sessions"].update_many({}, {"$set": {"seen_at": soon - timedelta(hours=2), "expires_at": soon}})

    async def ends_after(**headers: str) -> datetime:
        answer: httpx.Response = await gateway.client.get("/api/v1/users/me", headers=cookie | headers)
        assert answer.status_code == 200
        [row] = await listed(gateway, cookie | {"X-Fragment": "1"})
        return datetime.fromisoformat(row["expires_at"])

    for by_itself in ({"X-Fragment": "1"}, {"Accept": "text/event-stream"}):
        assert await ends_after(**by_itself) <= soon
    assert await ends_after() > soon + timedelta(hours=1)


async def test_refresh_tokens_end_ninety_days_after_the_sign_in(
    gateway: Gateway, database: Database, bea: dict[str, Any]
) -> None:
    now = datetime.now(UTC)
    token = (await gateway.tokens(BEA))["refresh_token"]

    async def renew(token: str) -> tuple[str, datetime]:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        renewed = await gateway.client.post("/api/v1/auth/token", data=form)
        row = await database["refresh_tokens"].find_one({"user_id": bea["id"]})
        assert row
        return renewed.json()["refresh_token"], row["expires_at"]

    await database["refresh_tokens"].update_many({}, {"$unset": {"created_at": ""}})
    token, ends = await renew(token)
    assert abs(ends - now - timedelta(days=30)) < timedelta(minutes=1)
    await database["refresh_tokens"].update_many({}, {"$set": {"created_at": now - timedelta(days=89)}})
    token, ends = await renew(token)
    assert abs(ends - now - timedelta(days=1)) < timedelta(minutes=1)


async def test_an_ended_session_is_unknown(gateway: Gateway, database: Database, bea: dict[str, Any]) -> None:
    session, cookie = await browser(gateway)
    await database["sessions"].update_many({}, {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}})
    with pytest.raises(ServiceError):
        await sign_in.by_session(gateway.people, session.token)
    assert await status(gateway, cookie) == 401
