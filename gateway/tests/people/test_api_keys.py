"""API keys: what each scope may, and what ends them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.kit.credential import Credential
from gateway.kit.mongo import Database
from gateway.people.domain.secret import digest
from gateway.people.models import CreateApiKey
from gateway.people.reads import find_still_valid
from gateway.people.usecases import api_key
from gateway.people.usecases.changes import list_changes
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.records import ChangesQuery

from .conftest import Gateway

Headers = dict[str, str]


async def key_of(gateway: Gateway, admin: Headers, scope: str, **fields: Any) -> tuple[str, Headers]:
    body = {"name": "Monitoring", "scope": scope, **fields}
    answer = await gateway.client.post("/api/v1/api-keys", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], {"Authorization": f"Bearer {answer.json()['key']}"}


@pytest.mark.parametrize(
    ("scope", "reads", "writes", "administers"),
    [("read", 200, 403, 403), ("write", 200, 200, 403), ("admin", 200, 200, 201)],
)
async def test_a_key_may_do_what_its_scope_allows(
    gateway: Gateway, admin: Headers, scope: str, reads: int, writes: int, administers: int
) -> None:
    _, key = await key_of(gateway, admin, scope)
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == reads
    wrote = await gateway.client.patch("/api/v1/users/me", json={"phone": "1"}, headers=key)
    assert wrote.status_code == writes
    made = await gateway.client.post("/api/v1/teams", json={"name": "Network"}, headers=key)
    assert made.status_code == administers


async def test_a_key_has_no_more_rights_than_its_person(gateway: Gateway, admin: Headers) -> None:
    bea = await gateway.make_user(admin, emails=["bea@example.org"])
    _, key = await key_of(gateway, admin, "admin", user_id=bea["id"])
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).json()["id"] == bea["id"]
    assert (await gateway.client.get("/api/v1/api-keys", headers=key)).status_code == 403
    await gateway.client.patch(f"/api/v1/users/{bea['id']}", json={"active": False}, headers=admin)
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 401


async def test_a_revoked_or_altered_key_is_refused(gateway: Gateway, admin: Headers, database: Database) -> None:
    key_id, key = await key_of(gateway, admin, "read")
    altered = {"Authorization": key["Authorization"][:-1] + ("0" if key["Authorization"][-1] != "0" else "1")}
    assert (await gateway.client.get("/api/v1/users/me", headers=altered)).status_code == 401
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 200
    [listed] = (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"]
    assert listed["last_used_at"] is not None
    assert listed["key"] is None
    assert key["Authorization"].rpartition("_")[2] not in str(await database["api_keys"].find({}).to_list(None))
    assert (await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)).status_code == 204
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 401
    assert (await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)).status_code == 404


async def test_creating_and_revoking_a_key_are_changes_without_its_secret(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    key_id, key = await key_of(gateway, admin, "write")
    assert (await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)).status_code == 204
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()["id"]
    revoked, created = (await list_changes(gateway.people, ChangesQuery(kinds=["api_key"]))).items
    assert revoked.changes == {"active": (True, False)}
    [stored] = await database["api_keys"].find({}).to_list(None)
    assert created.changes == {
        "name": (None, "Monitoring"),
        "scope": (None, "write"),
        "user_id": (None, me),
        "active": (None, True),
        "expires_at": (None, stored["expires_at"]),
    }
    assert {(one.record_id, one.name, one.actor_id) for one in (revoked, created)} == {(key_id, "Monitoring", me)}
    assert stored["secret"] is None
    events = [*stored["pending"], *await database["people_events"].find({"subject": key_id}).to_list(None)]
    secret = key["Authorization"].rpartition("_")[2]
    told = str([revoked, created, events])
    assert [one for one in (secret, "secret", digest(secret).hex()) if one in told] == []
    assert (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"] == []


@pytest.mark.parametrize(
    ("days", "status"), [(None, 201), (30, 201), (730, 201), (-1, 422), (0, 422), (732, 422), (36_500, 422)]
)
async def test_a_key_has_an_end(gateway: Gateway, admin: Headers, days: int | None, status: int) -> None:
    now = datetime.now(UTC)
    end = {} if days is None else {"expires_at": (now + timedelta(days=days)).isoformat()}
    answer = await gateway.client.post("/api/v1/api-keys", json={"name": "Monitoring", **end}, headers=admin)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "/expires_at"
    else:
        ends = datetime.fromisoformat(answer.json()["expires_at"])
        assert abs(ends - now - timedelta(days=days or 365)) < timedelta(minutes=1)


@pytest.mark.parametrize("days", [-1, 0, 732, 36_500, 10**12])
async def test_days_out_of_range_are_refused_with_the_limits(gateway: Gateway, admin: Headers, days: int) -> None:
    answer = await gateway.client.post("/api/v1/api-keys", json={"name": "Monitoring", "days": days}, headers=admin)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["reason"]) == (422, "/days", "api_key_days")
    assert error["detail"] == "A key works for 1 to 731 days."


async def test_a_creation_sent_twice_makes_one_key_and_shows_it_twice(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    headers, body = {**admin, "Idempotency-Key": "click"}, {"name": "Monitoring", "days": 30}
    answers = await asyncio.gather(
        *(gateway.client.post("/api/v1/api-keys", json=body, headers=headers) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} == {201}
    [key] = {answer.json()["key"] for answer in answers}
    as_key = {"Authorization": f"Bearer {key}"}
    assert (await gateway.client.get("/api/v1/users/me", headers=as_key)).status_code == 200
    assert await database["api_keys"].count_documents({}) == 1
    other = await gateway.client.post("/api/v1/api-keys", json={**body, "name": "Other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    later = await gateway.client.post(
        "/api/v1/api-keys", json=body, headers={**headers, "Idempotency-Key": "second form"}
    )
    assert later.json()["key"] != key


@pytest.mark.parametrize("change", [{"created_at": datetime.now(UTC) - timedelta(hours=2)}, {"secret": None}])
async def test_a_late_repeat_and_one_of_a_revoked_key_do_not_show_it(
    gateway: Gateway, admin: Headers, database: Database, change: dict[str, Any]
) -> None:
    headers = {**admin, "Idempotency-Key": "click"}
    body = {"name": "Monitoring"}
    assert (await gateway.client.post("/api/v1/api-keys", json=body, headers=headers)).json()["key"]
    await database["api_keys"].update_one({}, {"$set": change})
    assert (await gateway.client.post("/api/v1/api-keys", json=body, headers=headers)).json()["key"] is None


async def test_an_expired_key_is_refused_and_stays_in_the_list(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    key_id, key = await key_of(gateway, admin, "read")
    me = (await gateway.client.get("/api/v1/users/me", headers=key)).json()["id"]
    credential = Credential("key", key_id, me)
    assert await find_still_valid(gateway.people, [credential]) == {credential}
    await database["api_keys"].update_one({"_id": key_id}, {"$set": {"expires_at": datetime.now(UTC)}})
    refused = await gateway.client.get("/api/v1/users/me", headers=key)
    assert (refused.status_code, refused.json()["reason"]) == (401, "api_key_expired")
    assert await find_still_valid(gateway.people, [credential]) == set()
    [listed] = (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"]
    assert listed["id"] == key_id
    assert (await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)).status_code == 204


async def test_a_stream_ends_with_its_key(gateway: Gateway, admin: Headers) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    _, key = await key_of(gateway, admin, "read", expires_at=soon.isoformat())
    found = await api_key.find(gateway.people, key["Authorization"].removeprefix("Bearer "))
    assert found.credential.expires_at == pytest.approx(soon.timestamp(), abs=0.002)


async def test_a_key_of_an_earlier_release_works_and_its_revocation_is_a_change(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    key_id, key = await key_of(gateway, admin, "read")
    new = {
        "expires_at",
        "version",
        "active",
        "pending",
        "pending_at",
        "commands",
        "create_hash",
        "created_by_id",
        "name_key",
    }
    await database["api_keys"].update_one({"_id": key_id}, {"$unset": dict.fromkeys(new, "")})
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 200
    [listed] = (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"]
    assert (listed["id"], listed["expires_at"]) == (key_id, None)
    assert (await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)).status_code == 204
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 401
    newest = (await list_changes(gateway.people, ChangesQuery(kinds=["api_key"]))).items[0]
    assert (newest.version, newest.changes) == (2, {"active": (True, False)})


async def test_a_key_needs_an_active_person(gateway: Gateway, admin: Headers) -> None:
    answer = await gateway.client.post("/api/v1/api-keys", json={"name": "X", "user_id": "nobody"}, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/user_id")


async def test_a_key_that_a_key_made_ends_no_later_than_it(gateway: Gateway, admin: Headers) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    _, maker = await key_of(gateway, admin, "admin", expires_at=soon.isoformat())

    async def make(**fields: Any) -> Any:
        body = {"name": "Made", "scope": "admin", **fields}
        return await gateway.client.post("/api/v1/api-keys", json=body, headers=maker)

    for later in ({"days": 2}, {"days": 731}, {"expires_at": (soon + timedelta(seconds=1)).isoformat()}):
        refused = await make(**later)
        [error] = refused.json()["errors"]
        assert (refused.status_code, error["reason"]) == (422, "api_key_outlives_its_maker")
        assert error["pointer"].removeprefix("/") in later
    by_default = await make()
    assert datetime.fromisoformat(by_default.json()["expires_at"]) == soon
    earlier = soon - timedelta(hours=1)
    given = await make(expires_at=earlier.isoformat())
    assert datetime.fromisoformat(given.json()["expires_at"]) == earlier


@pytest.mark.parametrize("end", ["revoked", "expired", "deactivated"])
async def test_a_key_ends_with_the_key_that_made_it_and_so_do_those_that_it_made(
    gateway: Gateway, admin: Headers, database: Database, end: str
) -> None:
    ann = await gateway.make_user(admin, emails=["ann@example.org"], admin=True)
    bea = await gateway.make_user(admin, emails=["bea@example.org"], admin=True)
    maker_id, maker = await key_of(gateway, admin, "admin", user_id=ann["id"])
    child_id, child = await key_of(gateway, maker, "admin", user_id=bea["id"])
    grandchild_id, grandchild = await key_of(gateway, child, "read", user_id=bea["id"])
    other_id, _ = await key_of(gateway, admin, "read", user_id=bea["id"])
    credentials = [Credential("key", key_id, bea["id"]) for key_id in (child_id, grandchild_id, other_id)]
    assert await find_still_valid(gateway.people, credentials) == {*credentials}
    for key in (child, grandchild):
        assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 200
    if end == "revoked":
        assert (await gateway.client.delete(f"/api/v1/api-keys/{maker_id}", headers=admin)).status_code == 204
    elif end == "expired":
        await database["api_keys"].update_one({"_id": maker_id}, {"$set": {"expires_at": datetime.now(UTC)}})
    else:
        await gateway.client.patch(f"/api/v1/users/{ann['id']}", json={"active": False}, headers=admin)
    for key in (child, grandchild):
        refused = await gateway.client.get("/api/v1/users/me", headers=key)
        assert (refused.status_code, refused.json()["reason"]) == (401, "api_key_not_valid")
    assert await find_still_valid(gateway.people, credentials) == {credentials[2]}
    listed = {one["id"] for one in (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"]}
    assert (other_id in listed, {child_id, grandchild_id} <= listed) == (True, end == "expired")


async def test_a_key_that_is_revoked_while_it_makes_one_makes_none(gateway: Gateway, admin: Headers) -> None:
    key_id, key = await key_of(gateway, admin, "admin")
    found = await api_key.find(gateway.people, key["Authorization"].removeprefix("Bearer "))
    await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)
    command, person = CreateApiKey(name="Made"), found.credential.user_id
    with pytest.raises(ServiceError) as refused:
        await api_key.create(gateway.people, command, person, CallContext(), None, found.credential)
    assert refused.value.reason == "api_key_not_valid"
