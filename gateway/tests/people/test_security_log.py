"""The security log: who signed in, was refused, or changed rights, passwords and keys; from where; and no secret."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from gateway.kit.metrics import SECURITY_LOG_DROPPED
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.people.adapters import security_log
from gateway.people.adapters.security_log import MongoSecurityLog
from gateway.people.adapters.store import Store
from gateway.people.domain.security_log import Entry

from .conftest import ADMIN, PASSWORD, Gateway, eventually, gateway_of
from .test_api_keys import key_of
from .test_links import forget
from .test_signin import attempt

Headers = dict[str, str]
LOG = "/api/v1/security-log"
BEA = "bea@example.org"
# What people type into the wrong field.
TYPED = "Tr0ub4dor-and-3"


@pytest.fixture
async def log(database: Database) -> Any:
    return database["security_log"]


async def rows(gateway: Gateway, log: Any, **wanted: Any) -> list[dict[str, Any]]:
    """Returns the stored rows that fit, oldest first, also those that were only noted."""
    await gateway.people.security_log.flush()  # type: ignore[attr-defined]
    # By its time alone, MongoDB lists rows of one millisecond in the order of the index that it happens to use.
    found: list[dict[str, Any]] = await log.find(wanted).sort([("at", 1), ("_id", 1)]).to_list(None)
    return found


async def bea_of(gateway: Gateway, admin: Headers) -> dict[str, Any]:
    return await gateway.make_user(admin, emails=[BEA])


async def test_sign_ins_with_account_address_and_outcome(gateway: Gateway, admin: Headers, log: Any) -> None:
    bea = await bea_of(gateway, admin)
    await attempt(gateway, BEA, PASSWORD, "10.0.0.7")
    for _ in range(7):
        await attempt(gateway, BEA, "wrong password", "10.0.0.8")
    await attempt(gateway, "nobody@example.org", TYPED, "10.0.0.9")
    (ok,) = await rows(gateway, log, event="sign_in", outcome="succeeded", user_id=bea["id"])
    assert (ok["actor_id"], ok["address"], ok["count"]) == (bea["id"], "10.0.0.7", 1)
    failed = await rows(gateway, log, outcome="failed", user_id=bea["id"])
    throttled = await rows(gateway, log, outcome="throttled", user_id=bea["id"])
    assert (sum(row["count"] for row in failed), sum(row["count"] for row in throttled)) == (5, 2)
    assert {(row["actor_id"], row["address"]) for row in failed + throttled} == {(None, "10.0.0.8")}
    (unknown,) = await rows(gateway, log, address="10.0.0.9")
    assert (unknown["event"], unknown["outcome"], unknown["user_id"]) == ("sign_in", "failed", None)
    # One attempt is one row: not another one for the answer with 401.
    assert await rows(gateway, log, event="access") == []


async def test_what_somebody_typed_is_nowhere(
    gateway: Gateway, admin: Headers, log: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bea = await bea_of(gateway, admin)
    await attempt(gateway, TYPED, PASSWORD)
    await attempt(gateway, f"{TYPED}@example.org", PASSWORD)
    await attempt(gateway, BEA, TYPED)
    await forget(gateway, f"{TYPED.lower()}@example.org")
    _, key = await key_of(gateway, admin, "read")
    secrets = [TYPED, PASSWORD, key["Authorization"].rpartition("_")[2]]
    for path in (f"/api/v1/users/{TYPED}", f"/api/v1/users?q={TYPED}"):
        await gateway.client.get(path, headers={"Authorization": f"Bearer {TYPED}"})
    await gateway.client.post("/api/v1/auth/password", json={"link": TYPED, "password": TYPED})
    new = {"password": TYPED}
    await gateway.client.put(f"/api/v1/users/{bea['id']}/password", json=new, headers=admin)
    tokens = await gateway.tokens(BEA, TYPED)
    for _ in range(2):
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        await gateway.client.post("/api/v1/auth/token", data=form)
    await eventually(lambda: _has(log, {"event": "password_link_asked"}))
    stored = str(await rows(gateway, log)).lower()
    written = capsys.readouterr().out.lower()
    assert "token_reused" in stored
    assert "happened" in written
    for secret in (*secrets, tokens["refresh_token"], tokens["access_token"]):
        assert secret.lower() not in stored
        assert secret.lower() not in written


async def _has(log: Any, wanted: dict[str, Any]) -> bool:
    return await log.find_one(wanted) is not None


async def test_equal_refusals_are_one_row_with_actor_credential_and_route(
    gateway: Gateway, admin: Headers, log: Any
) -> None:
    bea = await bea_of(gateway, admin)
    _, key = await key_of(gateway, admin, "read", user_id=bea["id"])
    for number in range(3):
        await gateway.client.get(f"/api/v1/users/u{number}", headers=await gateway.sign_in(BEA))
        await gateway.client.patch("/api/v1/users/me", json={"phone": "1"}, headers=key)
        await gateway.client.get("/api/v1/users/me")
    found = await rows(gateway, log, event="access")
    by_route = {(row["detail"]["method"], row["detail"]["route"]): row for row in found}
    written = by_route["PATCH", "/api/v1/users/me"]
    assert written["actor_id"] == bea["id"]
    assert written["credential"].startswith("key ")
    assert written["detail"]["reason"] == "api_key_may_only_read"
    assert sum(row["count"] for row in found if row["detail"]["method"] == "PATCH") == 3
    unknown = by_route["GET", "/api/v1/users/me"]
    assert (unknown["actor_id"], unknown["credential"], unknown["address"]) == (None, "", "127.0.0.1")


async def test_keys_rights_addresses_and_passwords(gateway: Gateway, admin: Headers, log: Any) -> None:
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()
    bea = await bea_of(gateway, admin)
    path = f"/api/v1/users/{bea['id']}"
    key_id, _ = await key_of(gateway, admin, "write", user_id=bea["id"])
    await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)
    team = await gateway.make_team(admin, "Network")
    for change in ({"admin": True}, {"teams": {team["id"]: "manage"}}, {"phone": "1"}, {"admin": True}):
        await gateway.client.patch(path, json=change, headers=admin)
    await gateway.client.patch(path, json={"active": False, "emails": ["b@example.org"]}, headers=admin)
    await gateway.client.put(f"{path}/password", json={"password": TYPED}, headers=admin)
    await gateway.client.post("/api/v1/users/me/password", json={"current": "wrong", "new": TYPED}, headers=admin)
    await gateway.client.post("/api/v1/users/me/password", json={"current": PASSWORD, "new": TYPED}, headers=admin)
    admin = await gateway.sign_in(ADMIN, TYPED)
    newcomer = await gateway.client.post(
        "/api/v1/users", json={"name": "N", "emails": ["n@example.org"]}, headers=admin
    )
    await gateway.client.post(f"/api/v1/users/{newcomer.json()['id']}/invitation", headers=admin)
    found = [row for row in await rows(gateway, log, actor_id=me["id"]) if row["event"] not in ("access", "sign_in")]
    assert [(row["event"], row["outcome"], row["user_id"]) for row in found] == [
        ("account_created", "succeeded", bea["id"]),
        ("api_key_created", "succeeded", bea["id"]),
        ("api_key_revoked", "succeeded", None),
        ("settings_changed", "succeeded", None),
        ("account_rights_changed", "succeeded", bea["id"]),
        ("account_rights_changed", "succeeded", bea["id"]),
        ("account_changed", "succeeded", bea["id"]),
        ("account_rights_changed", "succeeded", bea["id"]),
        ("account_address_changed", "succeeded", bea["id"]),
        ("password_set", "succeeded", bea["id"]),
        ("password_changed", "failed", me["id"]),
        ("password_changed", "succeeded", me["id"]),
        ("account_created", "succeeded", newcomer.json()["id"]),
        ("invitation_sent", "succeeded", newcomer.json()["id"]),
    ]
    details = [row["detail"] for row in found if row["event"].startswith("account_") and "admin" not in row["detail"]]
    assert {"teams": [{}, {team["id"]: "manage"}]} in details
    assert {"active": [True, False]} in details
    assert {"emails": [[BEA], ["b@example.org"]]} in details
    assert all(row["address"] == "127.0.0.1" and row["credential"].startswith("token ") for row in found)


async def test_the_first_administrator_is_in_the_log(gateway: Gateway, admin: Headers, log: Any) -> None:
    (first,) = await rows(gateway, log, event="account_created")
    assert (first["actor_id"], first["detail"]) == ("system", {"admin": True})


async def test_sign_outs_and_a_copied_token(gateway: Gateway, admin: Headers, log: Any) -> None:
    bea = await bea_of(gateway, admin)
    tokens = await gateway.tokens(BEA)
    await gateway.client.post("/api/v1/auth/revoke", data={"token": tokens["refresh_token"]})
    await gateway.client.post("/api/v1/auth/revoke", data={"token": "unknown.token"})
    stolen = (await gateway.tokens(BEA))["refresh_token"]
    for _ in range(3):
        form = {"grant_type": "refresh_token", "refresh_token": stolen}
        await gateway.client.post("/api/v1/auth/token", data=form)
    assert [row["user_id"] for row in await rows(gateway, log, event="sign_out")] == [bea["id"]]
    (reused,) = await rows(gateway, log, event="token_reused")
    assert (reused["user_id"], reused["actor_id"], reused["outcome"]) == (bea["id"], None, "refused")


async def test_links_by_mail(gateway: Gateway, admin: Headers, log: Any) -> None:
    bea = await bea_of(gateway, admin)
    for email in (BEA, "nobody@example.org"):
        await forget(gateway, email)
    await eventually(lambda: _has(log, {"event": "password_link_asked", "outcome": "refused"}))
    asked = {row["outcome"]: row for row in await rows(gateway, log, event="password_link_asked")}
    assert (asked["succeeded"]["user_id"], asked["succeeded"]["actor_id"]) == (bea["id"], None)
    assert asked["refused"]["user_id"] is None
    await gateway.client.post("/api/v1/auth/password", json={"link": "no.link", "password": "four unrelated words"})
    (failed,) = await rows(gateway, log, event="password_chosen")
    assert failed["outcome"] == "failed"


async def test_administrators_read_filter_and_page(gateway: Gateway, admin: Headers, log: Any) -> None:
    bea = await bea_of(gateway, admin)
    for _ in range(3):
        await attempt(gateway, BEA, PASSWORD, "10.0.0.7")
    everything = (await gateway.client.get(f"{LOG}?page[size]=100", headers=admin)).json()["data"]
    seen: list[str] = []
    address: str | None = f"{LOG}?page[size]=2"
    while address:
        page = (await gateway.client.get(address, headers=admin)).json()
        seen += [entry["id"] for entry in page["data"]]
        address = page["links"]["next"]
    assert seen == [entry["id"] for entry in everything]
    filters: list[tuple[dict[str, Any], int]] = [
        ({"event": "sign_in", "user_id": bea["id"]}, 3),
        ({"person_id": bea["id"], "event": "account_created"}, 1),
        ({"person_id": [bea["id"], "somebody"], "event": "sign_in"}, 3),
        ({"address": "10.0.0.7"}, 3),
        ({"address": "10.0.0.7", "until": everything[-1]["at"]}, 0),
        ({"address": "10.0.0.7", "since": everything[-1]["at"]}, 3),
        ({"outcome": "failed"}, 0),
    ]
    for wanted, number in filters:
        answer = await gateway.client.get(LOG, params=wanted, headers=admin)
        assert len(answer.json()["data"]) == number, wanted
    assert (await gateway.client.get(LOG, params={"event": "nonsense"}, headers=admin)).status_code == 422
    assert (await gateway.client.get(LOG, params={"page[after]": "bm9uc2Vuc2U"}, headers=admin)).status_code == 400


async def test_nobody_else_reads_it(gateway: Gateway, admin: Headers) -> None:
    team = await gateway.make_team(admin, "Network")
    await gateway.make_user(admin, emails=[BEA], teams={team["id"]: "manage"})
    for path in (LOG, f"{LOG}/entries.csv"):
        assert (await gateway.client.get(path, headers=await gateway.sign_in(BEA))).status_code == 403
        assert (await gateway.client.get(path)).status_code == 401
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert (await gateway.client.request(method, path, headers=admin)).status_code == 405


async def test_an_export_is_safe_for_spreadsheets_and_an_entry_itself(
    gateway: Gateway, admin: Headers, log: Any
) -> None:
    await key_of(gateway, admin, "read")
    answer = await gateway.client.get(f"{LOG}/entries.csv?event=api_key_created", headers=admin)
    assert answer.headers["content-type"].startswith("text/csv")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert (line["event"], line["address"], line["count"]) == ("api_key_created", "127.0.0.1", "1")
    assert '"scope": "read"' in line["detail"]
    (export,) = await rows(gateway, log, event="export")
    assert export["detail"] == {"of": "security_log", "event": "api_key_created"}
    await log.update_many({"event": "api_key_created"}, {"$set": {"address": "=1+1"}})
    answer = await gateway.client.get(f"{LOG}/entries.csv?event=api_key_created", headers=admin)
    assert next(csv.DictReader(io.StringIO(answer.text)))["address"] == "'=1+1"


async def test_the_export_of_an_import_of_people_is_in_the_log(gateway: Gateway, admin: Headers, log: Any) -> None:
    made = await gateway.client.post("/api/v1/imports/people", json={"csv": "name,email\nBea,\n"}, headers=admin)
    await gateway.client.get(f"/api/v1/imports/people/{made.json()['id']}/unfinished.csv", headers=admin)
    (export,) = await rows(gateway, log, event="export")
    assert export["detail"] == {"of": "people_import", "import_id": made.json()["id"]}


async def test_entries_are_kept_apart_and_as_long_as_the_setting_says(
    settings: Settings, database: Database, log: Any
) -> None:
    async with gateway_of(settings.model_copy(update={"security_log_days": 30})) as gateway:
        await gateway.sign_in()
        (row,) = await rows(gateway, log, event="sign_in")
    assert row["expires_at"] - row["at"] == timedelta(days=30)
    indexes = await log.index_information()
    assert any(index.get("expireAfterSeconds") == 0 for index in indexes.values())
    assert await database["people_events"].count_documents({"type": {"$regex": "security"}}) == 0


class Away:
    """A collection whose server does not answer."""

    async def insert_one(self, row: Any) -> None:
        raise PyMongoError

    async def bulk_write(self, writes: Any, ordered: bool) -> None:
        raise PyMongoError


@pytest.fixture
def lost() -> MongoSecurityLog:
    away: Any = Away()
    return MongoSecurityLog(away, 365)


async def test_an_entry_waits_while_mongodb_is_away(store: Store, lost: MongoSecurityLog) -> None:
    await lost.write(Entry("api_key_created", actor_id="root"))
    lost.note(Entry("access", "refused", address="10.0.0.1"))
    lost.note(Entry("access", "refused", address="10.0.0.1", request_id="another"))
    with pytest.raises(PyMongoError):
        await lost.flush()
    lost._rows = store.security_log
    await lost.flush()
    await lost.flush()
    found = await store.security_log.find({}).sort("event").to_list(None)
    assert [(row["event"], row["count"]) for row in found] == [("access", 2), ("api_key_created", 1)]


async def test_an_attacker_cannot_fill_the_memory(lost: MongoSecurityLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security_log, "MOST", 10)
    before = SECURITY_LOG_DROPPED._value.get()
    for number in range(100):
        lost.note(Entry("access", "refused", address=f"10.0.0.{number}"))
    assert len(lost._waiting) == 10
    assert SECURITY_LOG_DROPPED._value.get() - before == 90


async def test_an_attacker_with_many_addresses_cannot_fill_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_log, "MOST", 10)
    log = MongoSecurityLog(store.security_log, 365)
    for number in range(200):
        # The addresses of one connection are one row.
        log.note(Entry("access", "refused", address=f"2001:db8::{number:x}"))
        log.note(Entry("access", "refused", address=f"10.0.0.{number}"))
        await log.flush()
    for number in range(20):
        log.note(Entry("access", "refused", actor_id=f"person {number}", address="10.0.0.1"))
        await log.flush()
    found = await store.security_log.find({}).to_list(None)
    strangers = [row for row in found if row["actor_id"] is None]
    # A minute may have ended meanwhile.
    assert len(strangers) <= 20
    assert sum(row["count"] for row in strangers if row["address"].startswith("2001:")) == 200
    # Whoever is signed in stays visible during the attack.
    assert len({row["actor_id"] for row in found} - {None}) == 20


async def test_what_was_noted_is_stored_when_the_gateway_ends(settings: Settings, database: Database, log: Any) -> None:
    async with gateway_of(settings) as gateway:
        gateway.people.security_log.note(Entry("access", "refused", address="10.9.9.9"))
    assert await _has(log, {"address": "10.9.9.9"})


async def test_equal_refusals_of_two_gateways_are_one_row(store: Store) -> None:
    logs = [MongoSecurityLog(store.security_log, 365) for _ in range(2)]
    for one in logs:
        one.note(Entry("access", "refused", address="10.0.0.1", request_id=str(id(one))))
        await one.flush()
        one.note(Entry("access", "refused", address="10.0.0.1"))
        await one.flush()
    found = await store.security_log.find({}).to_list(None)
    # A minute may have ended between two of them.
    assert sum(row["count"] for row in found) == 4
    assert len(found) <= 2
    assert all(row["last_at"] <= datetime.now(UTC) for row in found)
