"""The password is asked again before keys, permissions, passwords and addresses change."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.actions.identity import COOKIE
from gateway.kit.client import Client
from gateway.kit.mongo import Database
from gateway.people.usecases import sign_in

from .conftest import ADMIN, PASSWORD, Gateway
from .test_api_keys import key_of

Headers = dict[str, str]
NEW = {"name": "Ben", "emails": ["ben@example.org"]}


async def age(database: Database, minutes: float = 16) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    for rows in ("sessions", "refresh_tokens"):
        await database[rows].update_many({}, {"$set": {"confirmed_at": at}})


@pytest.fixture(params=["session", "token"])
async def boss(gateway: Gateway, request: pytest.FixtureRequest) -> Headers:
    if request.param == "token":
        return await gateway.sign_in()
    session = await sign_in.start_session(gateway.people, ADMIN, PASSWORD, remember=False, client=Client())
    return {"Cookie": f"{COOKIE}={session.token}", "X-CSRF-Token": session.csrf_token}


@pytest.fixture
async def bea(gateway: Gateway, admin: Headers) -> dict[str, Any]:
    await gateway.make_team(admin, "Network")
    return await gateway.make_user(admin, emails=["bea@example.org"])


async def confirm(gateway: Gateway, headers: Headers, password: str = PASSWORD) -> httpx.Response:
    return await gateway.client.post("/api/v1/auth/confirm", json={"password": password}, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api-keys", {"name": "Monitoring"}),
        ("DELETE", "/api-keys/{key}", None),
        ("POST", "/users", {**NEW, "admin": True}),
        ("POST", "/users", {**NEW, "teams": {"{team}": "reply"}}),
        ("POST", "/users", {**NEW, "password": "four unrelated words"}),
        ("PATCH", "/users/{bea}", {"admin": True}),
        ("PATCH", "/users/{bea}", {"teams": {"{team}": "manage"}}),
        ("PATCH", "/users/{bea}", {"emails": ["thief@example.org"]}),
        ("PATCH", "/users/{bea}", {"active": False}),
        ("PUT", "/users/{bea}/password", {"password": "four unrelated words"}),
        ("POST", "/users/{bea}/invitation", None),
        ("DELETE", "/users/me/sessions", None),
        ("DELETE", "/users/me/sessions/" + "0" * 32, None),
    ],
)
async def test_it_is_asked_for_what_gives_lasting_access(
    gateway: Gateway,
    admin: Headers,
    database: Database,
    boss: Headers,
    bea: dict[str, Any],
    method: str,
    path: str,
    body: Any,
) -> None:
    key_id, _ = await key_of(gateway, admin, "read")
    team = await database["teams"].find_one({})
    assert team
    address = "/api/v1" + path.format(bea=bea["id"], key=key_id)
    given = json.loads(json.dumps(body).replace("{team}", team["_id"]))

    async def ask() -> httpx.Response:
        return await gateway.client.request(method, address, json=given, headers=boss)

    await age(database)
    refused = await ask()
    assert (refused.status_code, refused.json()["reason"]) == (403, "password_needed_again"), refused.text
    assert (await confirm(gateway, boss)).status_code == 204
    assert (await ask()).status_code in (200, 201, 204, 404, 409)


async def test_it_is_asked_before_a_confidential_team_is_opened_and_the_log_names_it(
    gateway: Gateway, admin: Headers, database: Database, boss: Headers
) -> None:
    made = await gateway.client.post("/api/v1/teams", json={"name": "HR", "confidential": True}, headers=admin)
    path = f"/api/v1/teams/{made.json()['id']}"

    async def change(confidential: bool) -> httpx.Response:
        return await gateway.client.patch(path, json={"confidential": confidential}, headers=boss)

    await age(database)
    assert (await gateway.client.patch(path, json={"name": "HR cases"}, headers=boss)).status_code == 200
    assert (await change(True)).status_code == 200
    refused = await change(False)
    assert (refused.status_code, refused.json()["reason"]) == (403, "password_needed_again"), refused.text
    assert (await confirm(gateway, boss)).status_code == 204
    assert [(await change(wanted)).status_code for wanted in (False, True)] == [200, 200]
    rows = await database["security_log"].find({"event": "team_confidentiality_changed"}).sort("at").to_list(None)
    assert [row["detail"] for row in rows] == [
        {"team": "HR cases", "confidential": [True, False]},
        {"team": "HR cases", "confidential": [False, True]},
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users/{bea}", {"phone": "12", "name": "Bea B."}),
        ("/users/{bea}", {"emails": ["bea@example.org"], "admin": False, "teams": {}, "active": True}),
        ("/users/me", {"language": "de"}),
    ],
)
async def test_it_is_not_asked_for_the_rest(
    gateway: Gateway, database: Database, boss: Headers, bea: dict[str, Any], path: str, body: Any
) -> None:
    await age(database)
    answer = await gateway.client.patch("/api/v1" + path.format(bea=bea["id"]), json=body, headers=boss)
    assert answer.status_code == 200, answer.text
    assert (await gateway.client.post("/api/v1/users", json=NEW, headers=boss)).status_code == 201


async def test_it_counts_for_fifteen_minutes(gateway: Gateway, database: Database, boss: Headers) -> None:
    for minutes, expected in ((14, 201), (15.1, 403)):
        await age(database, minutes)
        answer = await gateway.client.post("/api/v1/api-keys", json={"name": "Monitoring"}, headers=boss)
        assert answer.status_code == expected


async def test_a_program_with_a_key_is_not_asked(gateway: Gateway, admin: Headers, database: Database) -> None:
    _, key = await key_of(gateway, admin, "admin")
    await age(database)
    answer = await gateway.client.post("/api/v1/users", json={**NEW, "admin": True}, headers=key)
    assert answer.status_code == 201


async def test_the_confirmation_of_one_session_is_not_that_of_another(
    gateway: Gateway, database: Database, boss: Headers
) -> None:
    other = await gateway.sign_in()
    await age(database)
    assert (await confirm(gateway, other)).status_code == 204
    answer = await gateway.client.post("/api/v1/api-keys", json={"name": "Monitoring"}, headers=boss)
    assert answer.status_code == 403


async def test_guessing_is_slowed_down_and_confirms_nothing(
    gateway: Gateway, database: Database, boss: Headers
) -> None:
    await age(database)
    answers = [await confirm(gateway, boss, "a guess") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[0].json()["errors"][0]["pointer"] == "/password"
    assert (await confirm(gateway, boss)).status_code == 429
    answer = await gateway.client.post("/api/v1/api-keys", json={"name": "Monitoring"}, headers=boss)
    assert answer.status_code == 403


async def test_credentials_of_an_earlier_release_are_asked(gateway: Gateway, database: Database, boss: Headers) -> None:
    long_ago = {"created_at": datetime.now(UTC) - timedelta(hours=1)}
    for rows in ("sessions", "refresh_tokens"):
        await database[rows].update_many({}, {"$unset": {"confirmed_at": ""}, "$set": long_ago})
    body = {"name": "Monitoring"}
    assert (await gateway.client.post("/api/v1/api-keys", json=body, headers=boss)).status_code == 403
    assert (await confirm(gateway, boss)).status_code == 204
    assert (await gateway.client.post("/api/v1/api-keys", json=body, headers=boss)).status_code == 201
