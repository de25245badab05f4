"""People, teams and passwords in every form that keyboards and systems send, and those that an earlier release kept."""

import unicodedata
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.people.adapters import keys
from gateway.people.adapters.password import Argon2Passwords
from gateway.people.adapters.store import Store
from gateway.people.adapters.user import MongoUsers, _with_one_of
from gateway.people.directory import BEFORE_ALL
from gateway.people.domain.waiting import Lane
from gateway.people.usecases import sheet
from trackline_schemas.text.keys import name_key

from .conftest import ADMIN, PASSWORD, Gateway, gateway_of

Headers = dict[str, str]
TYPED = "vier zufällige Wörter im Büro"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


async def create(gateway: Gateway, admin: Headers, url: str, **body: Any) -> Any:
    return await gateway.client.post(url, json=body, headers=admin)


@pytest.mark.parametrize(
    "second",
    [
        decomposed("anna@müller.example"),
        "ANNA@MÜLLER.example",
        "anna@xn--mller-kva.example",
        "an\u200bna@müller.example",
    ],
)
async def test_an_address_belongs_to_one_person_whatever_its_form(
    gateway: Gateway, admin: Headers, second: str
) -> None:
    await gateway.make_user(admin, emails=["anna@müller.example"])
    refused = await create(gateway, admin, "/api/v1/users", name="Anna", emails=[second])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/emails")
    await gateway.sign_in(second)


async def test_one_account_lists_an_address_once(gateway: Gateway, admin: Headers) -> None:
    made = await gateway.make_user(admin, emails=["b@müller.example", "a@x.example", decomposed("B@müller.example")])
    assert made["emails"] == ["b@müller.example", "a@x.example"]


async def test_an_address_of_look_alike_letters_is_refused(gateway: Gateway, admin: Headers) -> None:
    refused = await create(gateway, admin, "/api/v1/users", name="Anna", emails=["anna@exаmple.org"])
    assert (refused.status_code, refused.json()["errors"][0]["reason"]) == (422, "address_mixes_alphabets")


@pytest.mark.parametrize("second", [decomposed("München"), "MÜNCHEN", "Mün\u200bchen", "München\ufe0f", " münchen "])
async def test_a_team_has_one_name_whatever_its_form(gateway: Gateway, admin: Headers, second: str) -> None:
    await gateway.make_team(admin, "München")
    refused = await create(gateway, admin, "/api/v1/teams", name=second)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/name")
    await gateway.make_team(admin, "Munchen")


@pytest.mark.parametrize("name", ["\u200b", "\u2800", "\u3164", "\U000e0041", "\u00ad\ufe0f"])
async def test_a_name_that_shows_nothing_is_refused(gateway: Gateway, admin: Headers, name: str) -> None:
    for url, body in (("/api/v1/teams", {}), ("/api/v1/users", {"emails": ["anna@example.org"]})):
        refused = await create(gateway, admin, url, name=name, **body)
        assert (refused.status_code, refused.json()["errors"][0]["reason"]) == (422, "text_shows_nothing")


async def test_people_are_found_however_somebody_types_them(gateway: Gateway, admin: Headers) -> None:
    await gateway.make_user(admin, name=decomposed("Jörg Müller"), emails=["j.m@müller.example"])
    await gateway.make_user(admin, name="Jana Muster")
    for q in ("muller", "Mueller", "MÜLLER", decomposed("müller"), "müller jörg", "joerg", "@muller.example", "j.m@"):
        answer = await gateway.client.get("/api/v1/users", params={"q": q}, headers=admin)
        assert [one["name"] for one in answer.json()["data"]] == ["Jörg Müller"], q
    nobody = await gateway.client.get("/api/v1/users", params={"q": "muller jana"}, headers=admin)
    assert nobody.json()["data"] == []


async def test_another_name_and_another_address_are_found(gateway: Gateway, admin: Headers) -> None:
    made = await gateway.make_user(admin, name="Jörg Müller", emails=["jm@example.org"])
    url = f"/api/v1/users/{made['id']}"
    change = {"name": "Jörg Größer", "emails": ["jg@größer.example"]}
    assert (await gateway.client.patch(url, json=change, headers=admin)).status_code == 200
    for q, count in (("groesser", 1), ("muller", 0), ("jm@example", 0)):
        found = await gateway.client.get("/api/v1/users", params={"q": q}, headers=admin)
        assert len(found.json()["data"]) == count, q
    await gateway.make_user(admin, emails=["jm@example.org"])


@pytest.mark.parametrize("chosen", [TYPED, decomposed(TYPED)])
@pytest.mark.parametrize("typed", [TYPED, decomposed(TYPED), TYPED.replace(" ", "\u00a0")])
async def test_a_password_is_the_same_in_both_forms(gateway: Gateway, admin: Headers, chosen: str, typed: str) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"], password=chosen)
    headers = await gateway.sign_in("bea@example.org", typed)
    confirmed = await gateway.client.post("/api/v1/auth/confirm", json={"password": typed}, headers=headers)
    assert confirmed.status_code in (200, 204), confirmed.text
    change = {"current": typed, "new": "another four random words"}
    changed = await gateway.client.post("/api/v1/users/me/password", json=change, headers=headers)
    assert changed.status_code == 204, changed.text


async def test_a_password_that_nobody_can_type_again_is_refused(gateway: Gateway, admin: Headers) -> None:
    for hidden in ("\u200b", "\u00ad", "\t", "\u202e", "\ufdd0", "a\u200db"):
        body = {"name": "Bea", "emails": ["bea@example.org"], "password": f"four random words {hidden}"}
        refused = await create(gateway, admin, "/api/v1/users", **body)
        assert refused.status_code == 422, ascii(hidden)
        assert refused.json()["errors"][0]["reason"] == "password_with_hidden_characters"


@pytest.mark.parametrize("hashed", [decomposed(TYPED), TYPED, TYPED + "\u200b"])
async def test_the_hash_of_an_earlier_release_goes_on_working_and_is_renewed(
    gateway: Gateway, admin: Headers, store: Store, hashed: str
) -> None:
    made = await gateway.make_user(admin, emails=["bea@example.org"])
    passwords = gateway.people.passwords
    old = await passwords.hash(hashed)
    await store.users.update_one({"_id": made["id"]}, {"$set": {"password_hash": old}})
    await gateway.sign_in("bea@example.org", hashed)
    if hashed == decomposed(TYPED):
        stored = (await store.users.find_one({"_id": made["id"]}) or {})["password_hash"]
        assert stored != old
        assert await passwords.verify(stored, TYPED, Lane("here")) == TYPED
        await store.users.update_one({"_id": made["id"]}, {"$set": {"password_hash": old}})
        # The same person at a keyboard of another system.
        await gateway.sign_in("bea@example.org", TYPED)
    wrong = {"username": "bea@example.org", "password": TYPED + "!"}
    assert (await gateway.client.post("/api/v1/auth/token", data=wrong)).status_code == 401


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [("👨‍👩‍👧", "👨👩👧"), ("❤️", "❤"), ("1️⃣", "1⃣"), ("🫨🩷", "🫨🩷"), ("क्‍ष", "क्‍ष"), ("\u3000é", " e\u0301"), ("ﬁ", "ﬁ")],
)
def test_a_password_may_have_any_visible_character(settings: Settings, chosen: str, typed: str) -> None:
    passwords = Argon2Passwords(settings)
    assert passwords.prepare(chosen) == passwords.prepare(typed) is not None
    passwords.close()


def test_a_prepared_password_keeps_case_width_and_blanks(settings: Settings) -> None:
    passwords = Argon2Passwords(settings)
    for given in ("  Two  Blanks ", "Ｗide", "ſharp", "", "Ω"):
        assert passwords.prepare(given) == given
    passwords.close()


async def test_most_passwords_are_checked_once(settings: Settings) -> None:
    passwords = Argon2Passwords(settings)
    assert passwords._forms("correct horse battery") == ["correct horse battery"]
    assert len(passwords._forms("größer")) == 2
    passwords.close()


def account(emails: list[str], **fields: Any) -> dict[str, Any]:
    """An account as the release before stored it."""
    now = datetime.now(UTC)
    stamps = {"created_at": now, "updated_at": now, "changed_at": now}
    people = {"active": True, "admin": False, "language": "en", "time_zone": "UTC", "teams": {}}
    document = {"_id": uuid4().hex, "version": 1, "name": "Jörg", **people, **stamps, **fields, "emails": emails}
    return document | {"name_key": document["name"].casefold()}


async def test_an_installation_with_data_finds_and_compares_it(settings: Settings, database: Database) -> None:
    store = Store(database)
    await store.create_indexes()
    await store.users.drop_index("email_keys_1")
    passwords = Argon2Passwords(settings)
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    old = account([decomposed("jörg@firm.example")], name=decomposed("Jörg Müller"), password_hash=hashed)
    await store.users.insert_one(old)
    stamps = {"created_at": old["created_at"], "updated_at": old["created_at"], "changed_at": old["created_at"]}
    team = {"name": decomposed("München"), "name_key": decomposed("münchen"), "confidential": False, "active": True}
    await store.teams.insert_one({"_id": uuid4().hex, "version": 1, **team, **stamps})
    async with gateway_of(settings) as gateway:
        admin = await gateway.sign_in()
        found = await gateway.client.get("/api/v1/users", params={"q": "muller"}, headers=admin)
        assert [one["id"] for one in found.json()["data"]] == [old["_id"]]
        for typed in ("jörg@firm.example", decomposed("jörg@firm.example"), "JÖRG@firm.example"):
            await gateway.sign_in(typed)
        refused = await create(gateway, admin, "/api/v1/teams", name="München")
        assert refused.status_code == 409
        assert await gateway.people.users.count(["jörg@firm.example"]) == 1
        renamed = await gateway.client.patch(f"/api/v1/users/{old['_id']}", json={"name": "Jörg"}, headers=admin)
        assert (renamed.status_code, renamed.json()["version"]) == (200, 2)


async def test_two_accounts_that_look_the_same_both_go_on_working(store: Store) -> None:
    first, second = account(["jörg@firm.example"]), account([decomposed("jörg@firm.example")])
    await store.users.insert_many([first, second])
    await store.teams.insert_many(
        [
            {"_id": "1", "version": 1, "name": "Büro", "name_key": "büro", "changed_at": first["changed_at"]},
            {
                "_id": "2",
                "version": 1,
                "name": "BU\u0308RO",
                "name_key": "bu\u0308ro",
                "changed_at": first["changed_at"],
            },
        ]
    )
    users = MongoUsers(store.users)
    for _ in range(2):
        await keys.renew(store, BEFORE_ALL)
        for one in (first, second):
            found = await users.by_email(one["emails"][0])
            assert found is not None
            assert found["_id"] == one["_id"]
        assert sorted([one["name_key"] async for one in store.teams.find()]) == ["bu\u0308ro", "büro"]


async def test_an_account_of_a_gateway_of_the_release_before_is_found_at_once(store: Store) -> None:
    await store.users.insert_many([account(["a@example.org"]), account(["b@example.org"])])
    assert await MongoUsers(store.users).by_email(" A@Example.org") is not None
    await keys.renew(store, BEFORE_ALL)
    page = await MongoUsers(store.users).page("jorg", None, None, 10, None)
    assert len(page.items) == 2


async def test_failures_count_for_the_account_whatever_the_form_of_its_address(
    gateway: Gateway, settings: Settings
) -> None:
    codes = set()
    for spelling in ("nobody@müller.example", decomposed("nobody@müller.example"), "NOBODY@xn--mller-kva.example") * 3:
        data = {"username": spelling, "password": "wrong password here"}
        codes.add((await gateway.client.post("/api/v1/auth/token", data=data)).status_code)
    assert codes == {401, 429}
    assert settings.sign_in_failures < 9
    await gateway.sign_in(ADMIN)


def test_rows_of_a_file_are_compared_as_accounts_are() -> None:
    lines = [
        "name,email,team",
        "Anna,anna@müller.example,München",
        "Anna,ANNA@xn--mller-kva.example,",
        "\u2800,b@x.example,",
    ]
    file = sheet.read(decomposed("\n".join(lines)))
    mapping = {name: name for name in file.columns}
    rows = list(sheet.check(file, mapping, {name_key("MÜNCHEN"): "m"}))
    assert rows[0].account is not None
    assert rows[0].account.teams == {"m": "reply"}
    assert [[problem.code for problem in row.problems] for row in rows] == [[], ["twice"], ["text_shows_nothing"]]


async def test_an_account_is_found_by_an_index(store: Store) -> None:
    await store.users.insert_many([account([f"{number}@example.org"]) for number in range(20)])
    await keys.renew(store, BEFORE_ALL)
    plan = str(await store.users.find(_with_one_of(["7@example.org"])).explain())
    assert "email_keys_1" in plan
    assert "COLLSCAN" not in plan
