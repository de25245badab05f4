"""Passwords, tokens and sessions, and how guessing is stopped."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from fastapi import Response

from gateway.actions.identity import COOKIE, CurrentCaller, set_session
from gateway.kit.client import Client
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.people import background
from gateway.people.adapters.password import Argon2Passwords
from gateway.people.adapters.throttle import MongoThrottle
from gateway.people.adapters.token import JwtAccessTokens
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.session import Session
from gateway.people.domain.waiting import Lane
from gateway.people.usecases import sign_in
from trackline_schemas.errors import ServiceError

from .conftest import ADMIN, PASSWORD, Gateway, gateway_of

Headers = dict[str, str]


async def attempt(gateway: Gateway, email: str, password: str, address: str = "10.0.0.1") -> httpx.Response:
    transport = httpx.ASGITransport(gateway.app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.post("/api/v1/auth/token", data={"username": email, "password": password})


async def test_a_password_gives_tokens_that_work(gateway: Gateway) -> None:
    tokens = await gateway.tokens("ADMIN@Example.org")
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = (await gateway.client.get("/api/v1/users/me", headers=headers)).json()
    assert me["email"] == ADMIN
    assert "password_hash" not in me
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert set(claims) == {"sub", "iss", "aud", "iat", "exp", "epoch", "sid"}
    assert claims["sub"] == me["id"]


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(gateway: Gateway) -> None:
    wrong = await attempt(gateway, ADMIN, "wrong password")
    unknown = await attempt(gateway, "nobody@example.org", "wrong password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("fields", [{}, {"username": ADMIN}, {"grant_type": "magic"}, {"grant_type": "refresh_token"}])
async def test_an_incomplete_form_is_refused(gateway: Gateway, fields: dict[str, str]) -> None:
    answer = await gateway.client.post("/api/v1/auth/token", data=fields)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_forged_or_expired_access_token_is_refused(gateway: Gateway, settings: Settings) -> None:
    person = await gateway.client.get("/api/v1/users/me", headers=await gateway.sign_in())
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        "sub": person.json()["id"],
        "iss": settings.public_url,
        "aud": "trackline",
        "iat": now - timedelta(hours=1),
        "exp": now + timedelta(hours=1),
    }
    key = JwtAccessTokens(settings)._key
    good = jwt.encode(claims, key, "HS256")
    forged = [
        jwt.encode(claims | {"exp": now - timedelta(seconds=1)}, key, "HS256"),
        jwt.encode(claims | {"aud": "other"}, key, "HS256"),
        jwt.encode(claims | {"sub": "nobody"}, key, "HS256"),
        jwt.encode(claims, b"another secret of 32 bytes or so", "HS256"),
        jwt.encode(claims, "", "none"),
        good[:-2],
        "",
    ]
    statuses = [await _status_with(gateway, token) for token in [good, *forged]]
    assert statuses == [200] + [401] * len(forged)


def test_an_access_token_that_was_checked_before_expires_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = JwtAccessTokens(settings)
    token = tokens.issue("bob", 0, "family")
    expires_at = tokens.read(token).expires_at
    monkeypatch.setattr(time, "time", lambda: expires_at)
    with pytest.raises(ServiceError, match="has expired"):
        tokens.read(token)


async def _status_with(gateway: Gateway, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await gateway.client.get("/api/v1/users/me", headers=headers)).status_code


async def refresh(gateway: Gateway, token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return await gateway.client.post("/api/v1/auth/token", data=form)


async def test_reuse_of_a_refresh_token_ends_its_family(gateway: Gateway, database: Database) -> None:
    first = (await gateway.tokens())["refresh_token"]
    other_family = (await gateway.tokens())["refresh_token"]
    second = (await refresh(gateway, first)).json()["refresh_token"]
    third = (await refresh(gateway, second)).json()["refresh_token"]
    assert first.partition(".")[2] not in str([row async for row in database["refresh_tokens"].find()])
    assert (await refresh(gateway, first)).status_code == 401
    assert (await refresh(gateway, third)).status_code == 401
    assert (await refresh(gateway, other_family)).status_code == 200


async def test_of_two_refreshes_at_once_one_wins(gateway: Gateway) -> None:
    token = (await gateway.tokens())["refresh_token"]
    answers = await asyncio.gather(refresh(gateway, token), refresh(gateway, token))
    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_a_revoked_refresh_token_is_void(gateway: Gateway) -> None:
    token = (await gateway.tokens())["refresh_token"]
    for _ in range(2):
        assert (await gateway.client.post("/api/v1/auth/revoke", data={"token": token})).status_code == 204
    assert (await refresh(gateway, token)).status_code == 401


async def test_deactivation_ends_access_at_once(gateway: Gateway, admin: Headers) -> None:
    user = await gateway.make_user(admin, emails=["bea@example.org"])
    tokens = await gateway.tokens("bea@example.org")
    session = await sign_in.start_session(
        gateway.people, "bea@example.org", PASSWORD, remember=False, client=Client("10.0.0.1")
    )
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await gateway.client.get("/api/v1/users/me", headers=headers)).status_code == 200
    await gateway.client.patch(f"/api/v1/users/{user['id']}", json={"active": False}, headers=admin)
    assert (await gateway.client.get("/api/v1/users/me", headers=headers)).status_code == 401
    assert (await refresh(gateway, tokens["refresh_token"])).status_code == 401
    assert (await attempt(gateway, "bea@example.org", PASSWORD)).status_code == 401
    with pytest.raises(ServiceError):
        await sign_in.by_session(gateway.people, session.token)


async def test_a_new_password_ends_all_other_access(gateway: Gateway, admin: Headers) -> None:
    user = await gateway.make_user(admin, emails=["bea@example.org"])
    tokens = await gateway.tokens("bea@example.org")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    body = {"current": "not it at all", "new": "four unrelated words"}
    wrong = await gateway.client.post("/api/v1/users/me/password", json=body, headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/current")
    body["current"] = PASSWORD
    changed = await gateway.client.post("/api/v1/users/me/password", json=body, headers=headers)
    assert changed.status_code == 204
    assert (await gateway.client.get("/api/v1/users/me", headers=headers)).status_code == 401
    assert (await refresh(gateway, tokens["refresh_token"])).status_code == 401
    await gateway.sign_in("bea@example.org", "four unrelated words")
    url = f"/api/v1/users/{user['id']}/password"
    await gateway.client.put(url, json={"password": "set by an admin"}, headers=admin)
    assert (await attempt(gateway, "bea@example.org", "four unrelated words")).status_code == 401
    await gateway.sign_in("bea@example.org", "set by an admin")


async def test_another_gateway_learns_that_the_password_changed(
    gateway: Gateway, admin: Headers, settings: Settings
) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"])
    async with gateway_of(settings) as second:
        headers = await second.sign_in("bea@example.org")
        body = {"current": PASSWORD, "new": "four unrelated words"}
        await gateway.client.post("/api/v1/users/me/password", json=body, headers=headers)
        await second.people.directory.refresh()
        assert (await second.client.get("/api/v1/users/me", headers=headers)).status_code == 401


# Throttling


async def test_guessing_is_stopped_and_the_pause_grows(gateway: Gateway, database: Database) -> None:
    for _ in range(5):
        assert (await attempt(gateway, ADMIN, "wrong password")).status_code == 401
    refused = await attempt(gateway, ADMIN, PASSWORD)
    assert refused.status_code == 429
    first_pause = int(refused.headers["retry-after"])
    assert 25 <= first_pause <= 31
    assert (await attempt(gateway, ADMIN, PASSWORD, address="10.0.0.2")).status_code == 200

    past = datetime.now(UTC) - timedelta(seconds=1)
    await database["sign_in_attempts"].update_many({}, {"$set": {"blocked_until": past}})
    assert (await attempt(gateway, ADMIN, "wrong password")).status_code == 401
    assert int((await attempt(gateway, ADMIN, PASSWORD)).headers["retry-after"]) > first_pause


async def test_failures_survive_a_restart_and_count_over_all_gateways(gateway: Gateway, settings: Settings) -> None:
    for _ in range(3):
        await attempt(gateway, "nobody@example.org", "wrong password")
    async with gateway_of(settings) as second:
        answers = [await attempt(second, "nobody@example.org", "wrong password") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]


async def test_a_hundred_attempts_at_once_get_no_more_tries(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(attempt(gateway, ADMIN, "wrong password") for _ in range(40)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 35


async def test_a_long_pause_is_not_forgotten_before_its_end(settings: Settings, database: Database) -> None:
    settings = settings.model_copy(update={"sign_in_failures": 1, "sign_in_window_seconds": 1})
    await MongoThrottle(database["sign_in_attempts"], settings).admit(Attempt("bea@example.org", "10.0.0.9"))
    blocked = await database["sign_in_attempts"].find_one({"blocked_until": {"$ne": None}})
    assert blocked is not None
    assert blocked["expires_at"] > blocked["blocked_until"]


async def test_success_forgets_the_failures(gateway: Gateway) -> None:
    for _ in range(3):
        for _ in range(4):
            await attempt(gateway, ADMIN, "wrong password")
        assert (await attempt(gateway, ADMIN, PASSWORD)).status_code == 200


async def test_one_address_cannot_try_many_accounts(gateway: Gateway, settings: Settings, database: Database) -> None:
    settings = settings.model_copy(update={"sign_in_failures_per_address": 10})
    throttle = MongoThrottle(database["sign_in_attempts"], settings)
    for number in range(settings.sign_in_failures_per_address):
        await throttle.admit(Attempt(f"person{number}", "10.0.0.9"))
    with pytest.raises(ServiceError) as refused:
        await throttle.admit(Attempt("one more", "10.0.0.9"))
    assert refused.value.code == "throttled"
    await throttle.admit(Attempt("one more", "10.0.0.8"))


async def test_many_who_sign_in_from_one_address_are_not_stopped(settings: Settings, database: Database) -> None:
    settings = settings.model_copy(update={"sign_in_failures_per_address": 10})
    throttle = MongoThrottle(database["sign_in_attempts"], settings)
    for number in range(settings.sign_in_failures_per_address * 2):
        await throttle.forget_failures(await throttle.admit(Attempt(f"person{number}", "10.0.0.9")))


async def test_counters_end_with_their_window(settings: Settings, database: Database) -> None:
    settings = settings.model_copy(update={"sign_in_window_seconds": 0})
    throttle = MongoThrottle(database["sign_in_attempts"], settings)
    for _ in range(20):
        await throttle.admit(Attempt("bea@example.org", "10.0.0.9"))


async def test_the_event_loop_runs_on_while_passwords_are_checked(settings: Settings) -> None:
    passwords = Argon2Passwords(settings.model_copy(update={"argon2_memory_kib": 16_384}))
    await passwords.verify(None, "the first one makes the hash to compare with", Lane("here"))
    checks = asyncio.gather(*(passwords.verify(None, "guess", Lane("here")) for _ in range(8)))
    turns = 0
    while not checks.done():
        await asyncio.sleep(0)
        turns += 1
    assert await checks == [None] * 8
    passwords.close()
    # If the loop itself computed the hashes, there would be about one turn for each of them.
    assert turns > 200


async def test_an_old_hash_is_renewed_at_sign_in(gateway: Gateway, settings: Settings, database: Database) -> None:
    stronger = settings.model_copy(update={"argon2_time_cost": 2})
    async with gateway_of(stronger) as second:
        await second.sign_in()
    row = await database["users"].find_one({"emails": ADMIN})
    assert row is not None
    assert "t=2" in row["password_hash"]


# Browser sessions


async def session_of(gateway: Gateway, remember: bool = False) -> Session:
    return await sign_in.start_session(gateway.people, ADMIN, PASSWORD, remember=remember, client=Client("10.0.0.1"))


async def test_a_session_reads_with_its_cookie_and_writes_with_its_csrf_token(gateway: Gateway) -> None:
    session = await session_of(gateway)
    cookie = {"Cookie": f"{COOKIE}={session.token}"}
    assert (await gateway.client.get("/api/v1/users/me", headers=cookie)).status_code == 200
    body = {"language": "de"}
    tokens: list[Headers] = [{}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": session.csrf_token}]
    answers = [await gateway.client.patch("/api/v1/users/me", json=body, headers=cookie | token) for token in tokens]
    assert [answer.status_code for answer in answers] == [403, 403, 200]


async def test_a_form_brings_the_csrf_token_in_a_field(gateway: Gateway) -> None:
    @gateway.app.post("/form")
    async def form(caller: CurrentCaller) -> str:
        return caller.person.email

    session = await session_of(gateway)
    cookie = {"Cookie": f"{COOKIE}={session.token}"}
    answer = await gateway.client.post("/form", data={"csrf_token": session.csrf_token}, headers=cookie)
    assert (answer.status_code, answer.json()) == (200, ADMIN)
    assert (await gateway.client.post("/form", data={"csrf_token": "guess"}, headers=cookie)).status_code == 403
    other = await session_of(gateway)
    crossed = await gateway.client.post("/form", data={"csrf_token": other.csrf_token}, headers=cookie)
    assert crossed.status_code == 403


async def test_sessions_are_stored_hashed_and_end(gateway: Gateway, database: Database) -> None:
    session = await session_of(gateway)
    rows = [row async for row in database["sessions"].find()]
    assert session.token not in str(rows)
    past = {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}}
    await database["sessions"].update_many({}, past)
    with pytest.raises(ServiceError) as ended:
        await sign_in.by_session(gateway.people, session.token)
    assert ended.value.code == "unauthenticated"
    session = await session_of(gateway)
    await gateway.people.sessions.end(session.token)
    with pytest.raises(ServiceError):
        await sign_in.by_session(gateway.people, session.token)


@pytest.mark.parametrize(
    ("remember", "idle", "longest"),
    [(False, timedelta(hours=2), timedelta(hours=12)), (True, timedelta(days=14), timedelta(days=30))],
)
async def test_use_prolongs_a_session_up_to_its_longest_time(
    gateway: Gateway, database: Database, remember: bool, idle: timedelta, longest: timedelta
) -> None:
    session = await session_of(gateway, remember)
    now = datetime.now(UTC)
    assert abs(session.expires_at - now - idle) < timedelta(minutes=1)
    older = {"seen_at": now - idle / 2, "expires_at": now + idle / 2}
    await database["sessions"].update_many({}, {"$set": older})
    _, prolonged = await sign_in.by_session(gateway.people, session.token)
    assert abs(prolonged.expires_at - now - idle) < timedelta(minutes=1)
    old = {**older, "created_at": now - longest + idle / 4}
    await database["sessions"].update_many({}, {"$set": old})
    _, ending = await sign_in.by_session(gateway.people, session.token)
    assert abs(ending.expires_at - now - idle / 4) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("url", "remember", "marks"),
    [
        ("http://127.0.0.1:8000", False, {"HttpOnly", "SameSite=lax", "Path=/"}),
        ("https://desk.example.org", True, {"HttpOnly", "SameSite=lax", "Path=/", "Secure", "Max-Age=2592000"}),
    ],
)
async def test_the_cookie_is_out_of_reach_for_scripts(
    gateway: Gateway, settings: Settings, url: str, remember: bool, marks: set[str]
) -> None:
    response = Response()
    set_session(response, await session_of(gateway, remember), settings.model_copy(update={"public_url": url}))
    assert set(response.headers["set-cookie"].split("; ")[1:]) == marks


async def test_a_failure_is_logged_without_the_password(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    await attempt(gateway, ADMIN, "my secret guess")
    await gateway.people.security_log.flush()  # type: ignore[attr-defined]
    logged = capsys.readouterr().out
    assert "happened='sign_in'" in logged
    assert "outcome='failed'" in logged
    assert "my secret guess" not in logged


async def test_a_gateway_without_mongodb_answers_unavailable(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "FIRST_LOAD", 0.1)
    down = settings.model_copy(update={"mongodb_url": "mongodb://127.0.0.1:1/"})
    async with gateway_of(down, ready=False) as gateway:
        answer = await attempt(gateway, ADMIN, PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        token = gateway.people.access_tokens.issue("somebody", 0, "family")
        assert await _status_with(gateway, token) == 503
