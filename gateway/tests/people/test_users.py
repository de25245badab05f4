"""Accounts over the API."""

import asyncio
from typing import Any

import pytest

from gateway.kit.settings import Settings

from .conftest import ADMIN, PASSWORD, Gateway, eventually, gateway_of

Headers = dict[str, str]


async def test_a_repeat_under_the_same_key_answers_the_same_user(gateway: Gateway, admin: Headers) -> None:
    body = {"name": "Bea", "emails": ["bea@example.org"], "password": PASSWORD}
    headers = {**admin, "Idempotency-Key": "k1"}
    answers = await asyncio.gather(
        *(gateway.client.post("/api/v1/users", json=body, headers=headers) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    for other in ({"name": "Ben"}, {"password": "another unrelated sentence"}):
        refused = await gateway.client.post("/api/v1/users", json=body | other, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")


async def test_an_address_belongs_to_one_person_whatever_its_case(gateway: Gateway, admin: Headers) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"])
    body = {"name": "Ben", "emails": ["ben@example.org", "BEA@Example.org"]}
    answer = await gateway.client.post("/api/v1/users", json=body, headers=admin)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/emails"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"emails": []}, "/emails"),
        ({"emails": ["a@b.c\r\nBcc: all@example.org"]}, "/emails/0"),
        ({"password": "short"}, "/password"),
        ({"password": "eleven mark"}, "/password"),
        ({"password": "password12345"}, "/password"),
        ({"password": "bea-2026-bea-2026"}, "/password"),
        ({"time_zone": "Moon/Crater"}, "/time_zone"),
        ({"nmae": "x"}, "/nmae"),
        ({"teams": {"nowhere": "read"}}, "/teams/nowhere"),
        ({"name": "Bea\nBcc: all"}, "/name"),
        ({"language": "english"}, "/language"),
    ],
)
async def test_an_invalid_member_is_named(
    gateway: Gateway, admin: Headers, change: dict[str, Any], pointer: str
) -> None:
    body = {"name": "Bea", "emails": ["bea@example.org"], **change}
    answer = await gateway.client.post("/api/v1/users", json=body, headers=admin)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_password_keeps_its_blanks(gateway: Gateway, admin: Headers) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"], password="  blanks at both ends  ")
    await gateway.sign_in("bea@example.org", "  blanks at both ends  ")
    answer = await gateway.client.post(
        "/api/v1/auth/token", data={"username": "bea@example.org", "password": "blanks at both ends"}
    )
    assert answer.status_code == 401


async def test_a_stale_version_is_refused(gateway: Gateway, admin: Headers) -> None:
    user = await gateway.make_user(admin)
    url = f"/api/v1/users/{user['id']}"
    first = await gateway.client.patch(url, json={"phone": "1"}, headers={**admin, "If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    second = await gateway.client.patch(url, json={"phone": "2"}, headers={**admin, "If-Match": '"1"'})
    assert (second.status_code, second.json()["version"]) == (412, 2)
    same = await gateway.client.patch(url, json={"phone": "1"}, headers=admin)
    assert same.headers["etag"] == '"2"'
    unchanged = await gateway.client.get(url, headers={**admin, "If-None-Match": '"2"'})
    assert unchanged.status_code == 304


async def test_changes_without_a_version_are_all_applied(gateway: Gateway, admin: Headers) -> None:
    user = await gateway.make_user(admin)
    url = f"/api/v1/users/{user['id']}"
    changes = [{"phone": "1"}, {"department": "IT"}, {"location": "Bonn"}]
    answers = await asyncio.gather(*(gateway.client.patch(url, json=change, headers=admin) for change in changes))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    now = (await gateway.client.get(url, headers=admin)).json()
    assert (now["phone"], now["department"], now["location"], now["version"]) == ("1", "IT", "Bonn", 4)


async def test_null_empties_only_what_may_be_empty(gateway: Gateway, admin: Headers) -> None:
    user = await gateway.make_user(admin, phone="1")
    url = f"/api/v1/users/{user['id']}"
    assert (await gateway.client.patch(url, json={"phone": None}, headers=admin)).json()["phone"] is None
    refused = await gateway.client.patch(url, json={"name": None}, headers=admin)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name")


async def test_who_may_see_and_write_whom(gateway: Gateway, admin: Headers) -> None:
    team = await gateway.make_team(admin, "Network")
    await gateway.make_user(admin, emails=["bob@example.org"], teams={team["id"]: "read"})
    charlie = await gateway.make_user(admin, name="Charlie", emails=["charlie@example.org"], phone="7")
    agent = await gateway.sign_in("bob@example.org")
    requester = await gateway.sign_in("charlie@example.org")
    url = f"/api/v1/users/{charlie['id']}"

    assert (await gateway.client.get(url, headers=agent)).json() == {
        "id": charlie["id"],
        "name": "Charlie",
        "email": "charlie@example.org",
        "phone": "7",
        "department": None,
        "location": None,
    }
    assert (await gateway.client.get(url, headers=requester)).json()["phone"] == "7"
    me = (await gateway.client.get("/api/v1/users/me", headers=agent)).json()
    assert (await gateway.client.get(f"/api/v1/users/{me['id']}", headers=requester)).status_code == 404
    listed = (await gateway.client.get("/api/v1/users", headers=requester)).json()["data"]
    assert [user["id"] for user in listed] == [charlie["id"]]
    found = (await gateway.client.get("/api/v1/users?q=CHARL", headers=agent)).json()["data"]
    assert [user["name"] for user in found] == ["Charlie"]
    caller = {"name": "X", "emails": ["x@example.org"]}
    assert (await gateway.client.post("/api/v1/users", json=caller, headers=requester)).status_code == 403
    assert (await gateway.client.post("/api/v1/users", json=caller, headers=agent)).status_code == 201
    for more in ({"admin": True}, {"teams": {team["id"]: "read"}}, {"password": PASSWORD}):
        body = {"name": "Y", "emails": ["y@example.org"], **more}
        assert (await gateway.client.post("/api/v1/users", json=body, headers=agent)).status_code == 403
    for headers in (agent, requester):
        assert (await gateway.client.patch(url, json={"name": "X"}, headers=headers)).status_code == 403
    assert (await gateway.client.get("/api/v1/teams", headers=agent)).status_code == 200
    assert (await gateway.client.get("/api/v1/teams", headers=requester)).status_code == 403


async def test_people_may_change_only_some_fields_of_their_profile(gateway: Gateway, admin: Headers) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"])
    headers = await gateway.sign_in("bea@example.org")
    changed = await gateway.client.patch("/api/v1/users/me", json={"language": "de"}, headers=headers)
    assert changed.json()["language"] == "de"
    refused = await gateway.client.patch("/api/v1/users/me", json={"admin": True}, headers=headers)
    assert refused.status_code == 422


async def test_pages_follow_one_another_by_name(gateway: Gateway, admin: Headers) -> None:
    for name in ("anna", "Bert", "Clara", "dora", "Anna"):
        await gateway.make_user(admin, name=name)
    names: list[str] = []
    url: str | None = "/api/v1/users?page[size]=2&active=true"
    while url:
        answer = (await gateway.client.get(url, headers=admin)).json()
        names += [user["name"] for user in answer["data"]]
        url = answer["links"]["next"]
        assert answer["meta"]["has_more"] == (url is not None)
    assert [name.casefold() for name in names] == ["administrator", "anna", "anna", "bert", "clara", "dora"]
    broken = await gateway.client.get("/api/v1/users?page[after]=WzEsMl0", headers=admin)
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%5B(", "team_id=a.b", "team_id=%24where", "page[size]=0", "active=maybe"]
)
async def test_strange_queries_cause_no_internal_error(gateway: Gateway, admin: Headers, query: str) -> None:
    answer = await gateway.client.get(f"/api/v1/users?{query}", headers=admin)
    assert answer.status_code == (200 if query == "q=%5B(" else 422)


async def test_the_last_active_administrator_stays(gateway: Gateway, admin: Headers) -> None:
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()
    for change in ({"admin": False}, {"active": False}):
        answer = await gateway.client.patch(f"/api/v1/users/{me['id']}", json=change, headers=admin)
        assert answer.status_code == 409, answer.text
    await gateway.make_user(admin, admin=True, active=False)
    answer = await gateway.client.patch(f"/api/v1/users/{me['id']}", json={"admin": False}, headers=admin)
    assert answer.status_code == 409


async def test_two_administrators_cannot_remove_each_other_at_once(
    gateway: Gateway, admin: Headers, settings: Settings
) -> None:
    other = await gateway.make_user(admin, admin=True)
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()
    async with gateway_of(settings) as second:
        answers = await asyncio.gather(
            gateway.client.patch(f"/api/v1/users/{me['id']}", json={"active": False}, headers=admin),
            second.client.patch(f"/api/v1/users/{other['id']}", json={"active": False}, headers=admin),
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_teams_have_unique_names_and_versions(gateway: Gateway, admin: Headers) -> None:
    team = await gateway.make_team(admin, "Network")
    twin = await gateway.client.post("/api/v1/teams", json={"name": "NETWORK"}, headers=admin)
    assert (twin.status_code, twin.json()["errors"][0]["pointer"]) == (409, "/name")
    url = f"/api/v1/teams/{team['id']}"
    changed = await gateway.client.patch(url, json={"confidential": True}, headers={**admin, "If-Match": '"1"'})
    assert (changed.json()["confidential"], changed.headers["etag"]) == (True, '"2"')
    stale = await gateway.client.patch(url, json={"active": False}, headers={**admin, "If-Match": '"1"'})
    assert stale.status_code == 412
    assert gateway.people.directory.teams() == {team["id"]: True}


async def test_a_second_gateway_learns_of_a_change(gateway: Gateway, admin: Headers, settings: Settings) -> None:
    async with gateway_of(settings) as second:
        team = await gateway.make_team(admin, "Network")
        # The second gateway's directory does not have the team yet, but must not refuse it.
        user = await second.make_user(admin, teams={team["id"]: "reply"})

        async def known() -> bool:
            return gateway.people.directory.user(user["id"]) is not None

        await eventually(known)
        assert gateway.people.directory.viewer(user["id"]).teams == {team["id"]: "reply"}


async def test_two_gateways_starting_at_once_make_one_administrator(settings: Settings, database: Any) -> None:
    async with gateway_of(settings) as first, gateway_of(settings) as second:
        assert first.people.directory.loaded
        assert second.people.directory.loaded
    assert await database["users"].count_documents({"emails": ADMIN}) == 1


async def test_a_successor_is_an_agent_and_is_forgotten_when_the_person_is_back(
    gateway: Gateway, admin: Headers
) -> None:
    made = await gateway.make_user(admin, emails=["bea@example.org"], admin=True)
    bea = made["id"]
    clerk = (await gateway.make_user(admin, emails=["clerk@example.org"]))["id"]
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()["id"]

    async def change(**members: Any) -> Any:
        return await gateway.client.patch(f"/api/v1/users/{bea}", json=members, headers=admin)

    for who in (clerk, bea, "nobody"):
        refused = await change(active=False, successor_id=who)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/successor_id")
        assert refused.json()["reason"] == "successor_no_agent"
    left = await change(active=False, successor_id=me)
    assert (left.status_code, left.json()["active"], left.json()["successor_id"]) == (200, False, me)
    assert (await change(active=True)).json()["successor_id"] is None


async def test_who_has_this_version_of_their_account_gets_it_no_second_time(gateway: Gateway, admin: Headers) -> None:
    seen = (await gateway.client.get("/api/v1/users/me", headers=admin)).headers["etag"]
    for tag, status in ((seen, 304), (f"W/{seen}", 304), (f'"0", {seen}', 304), ("*", 304), ('"999"', 200)):
        again = await gateway.client.get("/api/v1/users/me", headers=admin | {"If-None-Match": tag})
        assert (again.status_code, again.content == b"") == (status, status == 304), tag


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("Brown, Bea", ["Bea Brown"]),
        ('"Brown, Bea" <bea@example.org>', ["Bea Brown"]),
        ("Bea Brown <bea@example.org>; J. Müller <joerg@xn--mller-kva.example>", ["Bea Brown", "Jörg Müller"]),
        ("mailto:joerg@müller.example", ["Jörg Müller"]),
        ("Meier-Schmidt", ["Meier – Schmidt"]),
        ("bea@example.org.; (nobody@example.org)", ["Bea Brown"]),
        (",", []),
        ("joan@example.org", ["Joan Green"]),
        ("joan@exam", ["Joan Green"]),
        ("root@local", ["Root", "Roots"]),
        ("root@localhost", ["Root"]),
        # Each is the end or the beginning of the address of somebody else.
        ('"An, Bob" <an@example.org>', []),
        ("an@example.org", []),
        ("an@exam", []),
        ("joan@example.or", []),
    ],
)
async def test_people_are_found_as_mail_programs_write_them(
    gateway: Gateway, admin: Headers, q: str, names: list[str]
) -> None:
    await gateway.make_user(admin, name="Bea Brown", emails=["bea@example.org"])
    await gateway.make_user(admin, name="Jörg Müller", emails=["joerg@müller.example"])
    await gateway.make_user(admin, name="Meier – Schmidt", emails=["ms@example.org"])
    await gateway.make_user(admin, name="Joan Green", emails=["joan@example.org"])
    await gateway.make_user(admin, name="Root", emails=["root@localhost"])
    await gateway.make_user(admin, name="Roots", emails=["root@localhost.example"])
    answer = await gateway.client.get("/api/v1/users", params={"q": q}, headers=admin)
    assert [user["name"] for user in answer.json()["data"]] == names
