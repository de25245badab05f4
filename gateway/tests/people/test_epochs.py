"""What a new password and the end of an account do to every older credential, also beside a sign-in and on another
gateway."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from gateway.kit.client import Client
from gateway.kit.credential import Credential
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.kit.waiting import Lane
from gateway.people import reads
from gateway.people.domain.session import Session
from gateway.people.usecases import link, password, sign_in
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError

from .conftest import PASSWORD, Gateway, gateway_of
from .test_api_keys import key_of

BEA, NEW = "bea@example.org", "four unrelated words"
Headers = dict[str, str]


class ChangesMeanwhile:
    """Passwords whose check is right, and ends only after somebody has done something."""

    def __init__(self, real: Any, meanwhile: Any) -> None:
        self._real, self._meanwhile = real, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def verify(self, stored: str | None, given: str, lane: Lane) -> str | None:
        form: str | None = await self._real.verify(stored, given, lane)
        await self._meanwhile()
        return form


def racing(gateway: Gateway, meanwhile: Any) -> Any:
    return replace(gateway.people, passwords=ChangesMeanwhile(gateway.people.passwords, meanwhile))


@pytest.mark.parametrize("how", ["session", "tokens"])
@pytest.mark.parametrize("what", ["password", "deactivation"])
async def test_a_sign_in_beside_the_change_ends_with_the_old_password(
    gateway: Gateway, admin: Headers, database: Database, how: str, what: str
) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])

    async def meanwhile() -> None:
        if what == "password":
            await password.set_password(gateway.people, bea["id"], NEW, CallContext())
        else:
            url = f"/api/v1/users/{bea['id']}"
            await gateway.client.patch(url, json={"active": False}, headers=admin)
            await gateway.client.patch(url, json={"active": True}, headers=admin)

    ports = racing(gateway, meanwhile)
    session = sign_in.start_session(ports, BEA, PASSWORD, remember=False, client=Client())
    tokens = sign_in.start_tokens(ports, BEA, PASSWORD, Client())
    wanted, other = (session, tokens) if how == "session" else (tokens, session)
    other.close()
    with pytest.raises(ServiceError) as refused:
        await wanted
    assert refused.value.reason == "credentials_wrong"
    for rows in ("sessions", "refresh_tokens"):
        assert await database[rows].count_documents({"user_id": bea["id"]}) == 0


async def test_what_was_stored_before_the_change_ends_with_it_even_if_nobody_removes_it(
    gateway: Gateway, admin: Headers
) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])
    user = await sign_in.by_password(gateway.people, BEA, PASSWORD, Client())
    await password.set_password(gateway.people, bea["id"], NEW, CallContext())
    session = await gateway.people.sessions.start(bea["id"], False, user.get("credentials_epoch", 0), Client())
    with pytest.raises(ServiceError):
        await sign_in.by_session(gateway.people, session.token)
    refresh = await gateway.people.refresh_tokens.start(bea["id"], 0, Client())
    with pytest.raises(ServiceError):
        await sign_in.renew_tokens(gateway.people, refresh.token, Client())
    with pytest.raises(ServiceError):
        sign_in.by_access_token(gateway.people, gateway.people.access_tokens.issue(bea["id"], 0, "f"))


async def test_nothing_comes_back_with_the_account(gateway: Gateway, admin: Headers) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])
    tokens = await gateway.sign_in(BEA)
    _, key = await key_of(gateway, admin, "read", user_id=bea["id"])
    url = f"/api/v1/users/{bea['id']}"
    for active in (False, True):
        assert (await gateway.client.patch(url, json={"active": active}, headers=admin)).status_code == 200
    for old in (tokens, key):
        assert (await gateway.client.get("/api/v1/users/me", headers=old)).status_code == 401
    assert (await gateway.client.get("/api/v1/api-keys", headers=admin)).json()["data"] == []
    _, renewed = await key_of(gateway, admin, "read", user_id=bea["id"])
    for new in (await gateway.sign_in(BEA), renewed):
        assert (await gateway.client.get("/api/v1/users/me", headers=new)).status_code == 200


async def test_a_new_password_ends_no_api_key(gateway: Gateway, admin: Headers) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])
    _, key = await key_of(gateway, admin, "read", user_id=bea["id"])
    await password.set_password(gateway.people, bea["id"], NEW, CallContext())
    assert (await gateway.client.get("/api/v1/users/me", headers=key)).status_code == 200


async def test_every_gateway_refuses_the_old_password_within_five_seconds(
    gateway: Gateway, admin: Headers, settings: Settings
) -> None:
    """The other gateway has no bus, only the store."""
    bea = await gateway.make_user(admin, emails=[BEA])
    async with gateway_of(settings) as second:
        session = await sign_in.start_session(second.people, BEA, PASSWORD, remember=False, client=Client())
        await password.set_password(gateway.people, bea["id"], NEW, CallContext())
        async with asyncio.timeout(5):
            while True:
                try:
                    await sign_in.by_session(second.people, session.token)
                except ServiceError:
                    break
                await asyncio.sleep(0.02)


async def test_the_store_says_which_credentials_of_streams_have_ended(gateway: Gateway, admin: Headers) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])
    first, second = [
        await sign_in.start_session(gateway.people, BEA, PASSWORD, remember=False, client=Client()) for _ in range(2)
    ]
    _, tokens = await sign_in.start_tokens(gateway.people, BEA, PASSWORD, Client())
    key_id, _ = await key_of(gateway, admin, "read", user_id=bea["id"])
    _, token = sign_in.by_access_token(gateway.people, tokens.access)
    sessions = [sign_in.session_credential(one) for one in (first, second)]
    everything = {*sessions, token, Credential("key", key_id, bea["id"])}
    assert await reads.find_still_valid(gateway.people, everything) == everything
    await gateway.people.sessions.end(first.token)
    await gateway.people.refresh_tokens.revoke(tokens.refresh)
    await gateway.client.delete(f"/api/v1/api-keys/{key_id}", headers=admin)
    assert await reads.find_still_valid(gateway.people, everything) == {sessions[1]}


@pytest.mark.parametrize("what", ["own password", "new password", "deactivation"])
async def test_a_password_that_changed_beside_its_check_changes_nothing_more(
    gateway: Gateway, admin: Headers, what: str
) -> None:
    bea = await gateway.make_user(admin, emails=[BEA])
    own = await sign_in.start_session(gateway.people, BEA, PASSWORD, remember=False, client=Client())
    thief = await sign_in.start_session(gateway.people, BEA, PASSWORD, remember=False, client=Client())
    url = f"/api/v1/users/{bea['id']}"

    async def change(ports: Any, session: Session, new: str) -> None:
        credential = sign_in.session_credential(session)
        await password.change(ports, PASSWORD, new, Client(), credential, CallContext(), session.token)

    async def meanwhile() -> None:
        if what == "own password":
            await change(gateway.people, own, NEW)
        elif what == "new password":
            await password.set_password(gateway.people, bea["id"], NEW, CallContext())
        else:
            for active in (False, True):
                await gateway.client.patch(url, json={"active": active}, headers=admin)

    with pytest.raises(ServiceError) as refused:
        await change(racing(gateway, meanwhile), thief, "Thieving-magpie-ladder-31")
    assert (refused.value.reason, refused.value.code) == ("present_password_wrong", "invalid")
    await gateway.sign_in(BEA, PASSWORD if what == "deactivation" else NEW)


async def test_of_many_changes_with_the_same_present_password_one_succeeds(gateway: Gateway, admin: Headers) -> None:
    await gateway.make_user(admin, emails=[BEA])
    signed_in = await gateway.sign_in(BEA)
    bodies = [{"current": PASSWORD, "new": f"Quartz-lantern-otter-{number}"} for number in range(3)]
    answers = await asyncio.gather(
        *(gateway.client.post("/api/v1/users/me/password", json=body, headers=signed_in) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers)[0] == 204
    assert {answer.status_code for answer in answers if answer.status_code != 204} <= {401, 422}
    [worked] = [body["new"] for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 204]
    await gateway.sign_in(BEA, worked)


@pytest.mark.parametrize("change", [{"emails": ["new@example.org"]}, {"active": False}, "password"])
async def test_a_link_that_is_taken_beside_a_change_sets_no_password(
    gateway: Gateway, admin: Headers, database: Database, change: Any
) -> None:
    """The rows of links are removed after the change, so a link may be taken in between."""
    bea = await gateway.make_user(admin, emails=[BEA])
    await link.send(gateway.people, BEA, Client())
    [row] = await database["links"].find({}).to_list(None)
    token = link.mail_requested(gateway.people, row).data["url"].partition("?link=")[2]

    async def meanwhile() -> None:
        if change == "password":
            await password.set_password(gateway.people, bea["id"], NEW, CallContext())
        else:
            await gateway.client.patch(f"/api/v1/users/{bea['id']}", json=change, headers=admin)

    class Taken:
        """Links of which one was taken right before `meanwhile` has removed it."""

        def __getattr__(self, name: str) -> Any:
            return getattr(gateway.people.links, name)

        async def take(self, key: str, secret: bytes) -> Any:
            found = await gateway.people.links.take(key, secret)
            await meanwhile()
            return found

    with pytest.raises(ServiceError) as refused:
        await password.set_by_link(replace(gateway.people, links=Taken()), token, "Thieving-magpie-ladder-31", Client())
    assert refused.value.reason == "link_not_valid"
    await database["links"].insert_one(row)
    assert await link.find_holder(gateway.people, token) is None
    await database["links"].update_one({}, {"$unset": {"account": ""}})
    still = await link.find_holder(gateway.people, token)
    assert (still is None) == (change == {"active": False}), "a link of the release before works as it did"
