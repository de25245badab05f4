"""Invitations and forgotten passwords, with the requested mails on the real bus."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractQueue
from pymongo.errors import AutoReconnect

from gateway.bus.broker import Broker
from gateway.kit.client import Client
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.kit.wake import Wake
from gateway.people.adapters.link import MongoLinks
from gateway.people.adapters.security_log import MongoSecurityLog
from gateway.people.adapters.store import Store
from gateway.people.adapters.user import MongoUsers
from gateway.people.usecases import link
from gateway.people.usecases.asked_links import Asked, AskedLinks
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event, MailRequested
from trackline_schemas.topology import EXCHANGE

from .conftest import PASSWORD, Gateway, eventually, gateway_of, succeeds
from .fakes import Bus, Crash

NEW = "four unrelated words"
BEA = "bea@example.org"


@pytest.fixture
async def wired(settings: Settings, database: Database, vhost: str) -> AsyncIterator[Gateway]:
    broker = Broker(vhost)
    async with gateway_of(settings, broker) as gateway:
        broker.start()
        await eventually(lambda: succeeds(broker.ping))
        yield gateway
    await broker.close()


@pytest.fixture
async def mails(vhost: str, wired: Gateway) -> AsyncIterator[AbstractQueue]:
    async with await aio_pika.connect(vhost) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EXCHANGE, "mail.#")
        yield queue


@pytest.fixture
async def boss(wired: Gateway) -> dict[str, str]:
    return await wired.sign_in()


async def next_mail(mails: AbstractQueue) -> MailRequested:
    message = await eventually(lambda: mails.get(no_ack=True, fail=False))
    return MailRequested.model_validate(Event.model_validate_json(message.body).data)


def token_of(mail: MailRequested) -> str:
    return mail.url.partition("?link=")[2]


async def choose(gateway: Gateway, token: str, password: str = NEW) -> httpx.Response:
    return await gateway.client.post("/api/v1/auth/password", json={"link": token, "password": password})


async def invite(gateway: Gateway, headers: dict[str, str], user_id: str) -> httpx.Response:
    return await gateway.client.post(f"/api/v1/users/{user_id}/invitation", headers=headers)


async def forget(gateway: Gateway, email: str) -> httpx.Response:
    return await gateway.client.post("/api/v1/auth/forgotten-password", json={"email": email})


async def _empty(waiting: AskedLinks) -> bool:
    return waiting.empty()


async def newcomer(gateway: Gateway, boss: dict[str, str]) -> dict[str, Any]:
    body = {"name": "Bea", "emails": [BEA]}
    made = await gateway.client.post("/api/v1/users", json=body, headers=boss)
    user: dict[str, Any] = made.json()
    return user


async def test_an_invited_person_chooses_a_password_once(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue
) -> None:
    bea = await newcomer(wired, boss)
    assert bea["has_password"] is False
    assert (await invite(wired, boss, bea["id"])).status_code == 204
    mail = await next_mail(mails)
    assert (mail.recipient_id, mail.purpose) == (bea["id"], "invited")
    assert timedelta(days=6) < mail.expires_at - datetime.now(UTC) <= timedelta(days=7)
    assert (await choose(wired, token_of(mail), "short")).status_code == 422
    assert (await choose(wired, token_of(mail))).status_code == 204
    await wired.sign_in(BEA, NEW)
    again = await choose(wired, token_of(mail), "something else")
    assert (again.status_code, again.json()["code"]) == (422, "invalid")
    assert (await invite(wired, boss, bea["id"])).status_code == 409


async def test_of_many_uses_of_a_link_at_once_only_one_works(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue
) -> None:
    bea = await newcomer(wired, boss)
    await invite(wired, boss, bea["id"])
    token = token_of(await next_mail(mails))
    answers = await asyncio.gather(*(choose(wired, token, f"four unrelated words {number}") for number in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422]


async def test_only_administrators_invite_and_a_second_invitation_ends_the_first(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue
) -> None:
    bea = await newcomer(wired, boss)
    await wired.make_user(boss, emails=["ben@example.org"])
    assert (await invite(wired, await wired.sign_in("ben@example.org"), bea["id"])).status_code == 403
    await invite(wired, boss, bea["id"])
    first = await next_mail(mails)
    await invite(wired, boss, bea["id"])
    second = await next_mail(mails)
    assert (await choose(wired, token_of(first))).status_code == 422
    assert (await choose(wired, token_of(second))).status_code == 204


async def test_an_invitation_sent_twice_is_one_link(
    gateway: Gateway, admin: dict[str, str], database: Database
) -> None:
    bea = await newcomer(gateway, admin)
    ids = []
    for click in ("first", "first", "second"):
        headers = {**admin, "Idempotency-Key": click}
        answer = await gateway.client.post(f"/api/v1/users/{bea['id']}/invitation", headers=headers)
        assert answer.status_code == 204
        [row] = await database["links"].find({}).to_list(None)
        ids.append(row["_id"])
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


async def test_a_new_password_by_link_ends_the_access_of_the_old_one(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue
) -> None:
    await wired.make_user(boss, emails=[BEA])
    old = await wired.sign_in(BEA)
    await forget(wired, BEA.upper())
    mail = await next_mail(mails)
    assert mail.purpose == "password_link"
    assert (await choose(wired, token_of(mail))).status_code == 204
    assert (await wired.client.get("/api/v1/users/me", headers=old)).status_code == 401
    await wired.sign_in(BEA, NEW)


async def test_nobody_learns_who_has_an_account(wired: Gateway, boss: dict[str, str], mails: AbstractQueue) -> None:
    gone = await wired.make_user(boss, emails=["gone@example.org"])
    await wired.client.patch(f"/api/v1/users/{gone['id']}", json={"active": False}, headers=boss)
    await wired.make_user(boss, emails=[BEA])
    answers = [await forget(wired, email) for email in ("nobody@example.org", "gone@example.org", BEA)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    assert (await next_mail(mails)).purpose == "password_link"
    assert await mails.get(no_ack=True, fail=False) is None


async def test_whoever_never_chose_a_password_gets_no_link(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue, database: Database
) -> None:
    bea = await newcomer(wired, boss)
    await wired.make_user(boss, emails=["ben@example.org"])
    answers = [await forget(wired, email) for email in (BEA, "ben@example.org")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    assert (await next_mail(mails)).recipient_id != bea["id"]
    assert await database["links"].count_documents({"user_id": bea["id"]}) == 0


async def test_repeated_requests_do_not_fill_the_mailbox(
    wired: Gateway, boss: dict[str, str], database: Database
) -> None:
    await wired.make_user(boss, emails=[BEA])
    assert {(await forget(wired, BEA)).status_code for _ in range(7)} == {204}
    await eventually(lambda: _empty(wired.people.asked_links))
    assert await database["links"].count_documents({}) == 3
    # Attempts to sign in are counted separately.
    await wired.sign_in(BEA)


async def test_nobody_keeps_a_colleague_from_a_link(wired: Gateway, boss: dict[str, str], mails: AbstractQueue) -> None:
    """All come from one network address."""
    bea = await wired.make_user(boss, emails=[BEA])
    asked = [await forget(wired, f"nobody{number}@example.org") for number in range(52)]
    assert {answer.status_code for answer in [*asked, await forget(wired, BEA)]} == {204}
    assert (await next_mail(mails)).recipient_id == bea["id"]


@pytest.mark.parametrize("change", [{"active": False}, {"emails": ["new@example.org"]}])
async def test_a_link_ends_with_the_account_or_the_address(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue, change: dict[str, Any]
) -> None:
    user = await wired.make_user(boss, emails=[BEA])
    await forget(wired, BEA)
    token = token_of(await next_mail(mails))
    await wired.client.patch(f"/api/v1/users/{user['id']}", json=change, headers=boss)
    assert (await choose(wired, token)).status_code == 422
    await wired.client.patch(f"/api/v1/users/{user['id']}", json={"active": True}, headers=boss)
    assert (await choose(wired, token)).status_code == 422


async def test_the_rows_hold_no_secret(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue, database: Database
) -> None:
    await wired.make_user(boss, emails=[BEA])
    await forget(wired, BEA)
    secret = token_of(await next_mail(mails)).partition(".")[2]
    for name in await database.list_collection_names():
        rows = await database[name].find({}).to_list(None)
        assert secret not in str(rows)


def gateway_over(store: Store, settings: Settings, sender: Bus) -> Any:
    """Returns the ports that links need, as one of several gateways has them."""
    return SimpleNamespace(
        links=MongoLinks(store.links),
        users=MongoUsers(store.users),
        sender=sender,
        clock=partial(datetime.now, UTC),
        secret=settings.secret.get_secret_value().encode(),
        portal_url=settings.public_url,
        new_links=Wake(),
        asked_links=AskedLinks(2),
        security_log=MongoSecurityLog(store.security_log, 1),
    )


async def test_another_process_requests_the_mail_that_a_killed_one_left(store: Store, settings: Settings) -> None:
    await store.users.insert_one({"_id": "bea", "emails": [BEA], "active": True, "password_hash": "x"})
    dying, bus = Bus(), Bus()
    dying.crash = "before"
    await link.send(gateway_over(store, settings, dying), BEA, Client())
    with pytest.raises(Crash):
        await link.deliver(gateway_over(store, settings, dying), settings.sweep_seconds)
    other = asyncio.create_task(link.deliver(gateway_over(store, settings, bus), settings.sweep_seconds))
    await eventually(lambda: store.links.find_one({"mail_pending": {"$exists": False}}))
    other.cancel()
    assert len(bus.sent) == 1


async def test_an_expired_link_does_not_work(
    wired: Gateway, boss: dict[str, str], mails: AbstractQueue, database: Database
) -> None:
    await wired.make_user(boss, emails=[BEA])
    await forget(wired, BEA)
    token = token_of(await next_mail(mails))
    past = {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}}
    await database["links"].update_many({}, past)
    assert (await choose(wired, token)).status_code == 422
    await wired.sign_in(BEA, PASSWORD)


class Failing:
    """A store of users or links whose `method` fails `times` times, as it does while MongoDB is away."""

    def __init__(self, real: Any, method: str, times: int) -> None:
        self._real, self._method, self.times = real, method, times

    def __getattr__(self, name: str) -> Any:
        async def fails(*_arguments: Any) -> None:
            self.times -= 1
            raise AutoReconnect("away")

        return fails if name == self._method and self.times > 0 else getattr(self._real, name)


@pytest.mark.parametrize(("part", "method"), [("users", "by_email"), ("links", "count"), ("links", "insert")])
async def test_a_link_that_is_asked_for_while_the_store_is_away_comes_later(
    store: Store, settings: Settings, part: str, method: str
) -> None:
    for name in ("bea", "ben"):
        row = {"_id": name, "emails": [f"{name}@example.org"], "email_keys": [f"{name}@example.org"]}
        await store.users.insert_one(row | {"active": True, "password_hash": "x"})
    ports = gateway_over(store, settings, Bus())
    setattr(ports, part, Failing(getattr(ports, part), method, times=3))
    link.ask(ports, BEA, Client())
    link.ask(ports, "ben@example.org", Client())
    with pytest.raises(ServiceError) as refused:
        link.ask(ports, "nobody@example.org", Client())
    assert (refused.value.code, refused.value.reason) == ("unavailable", "too_many_links_asked")
    for _ in range(3):
        with pytest.raises(AutoReconnect):
            await asyncio.wait_for(link.serve(ports), 60)
    serving = asyncio.create_task(link.serve(ports))
    await eventually(lambda: _empty(ports.asked_links))
    serving.cancel()
    assert {row["user_id"] async for row in store.links.find({})} == {"bea", "ben"}


async def test_a_request_that_always_fails_keeps_nobody_from_a_link_and_ends(store: Store, settings: Settings) -> None:
    await store.users.insert_one(
        {"_id": "bea", "email_keys": [BEA], "emails": [BEA], "active": True, "password_hash": "x"}
    )
    ports = gateway_over(store, settings, Bus())
    ports.asked_links.put(Asked(None, Client(), ports.clock()))  # type: ignore[arg-type]
    link.ask(ports, BEA, Client())
    for _ in range(2):
        with pytest.raises(Exception, match="NoneType"):
            await link.serve(ports)
    assert await store.links.count_documents({"user_id": "bea"}) == 1
    ports.clock = lambda: datetime.now(UTC) + timedelta(hours=2)
    with pytest.raises(Exception, match="NoneType"):
        await link.serve(ports)
    assert ports.asked_links.empty()
