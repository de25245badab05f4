"""The brakes on guessing, over HTTP and the real MongoDB: they stop strangers and nobody else."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.actions.identity import DEVICE_COOKIE
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.people.adapters import throttle
from gateway.people.domain.attempt import Attempt
from trackline_schemas.errors import ServiceError

from .conftest import ADMIN, PASSWORD, Gateway

OFFICE, HOME = "192.0.2.10", "198.51.100.7"


async def attempt(
    gateway: Gateway, password: str, address: str, email: str = ADMIN, device: str = ""
) -> httpx.Response:
    transport = httpx.ASGITransport(gateway.app, client=(address, 1))
    headers = {"Cookie": f"{DEVICE_COOKIE}={device}"} if device else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client:
        return await client.post("/api/v1/auth/token", data={"username": email, "password": password})


async def attack(gateway: Gateway, email: str = ADMIN, addresses: int = 40) -> list[int]:
    """Sends four wrong passwords from each of many addresses."""
    return [
        (await attempt(gateway, "wrong password", f"203.0.113.{number}", email)).status_code
        for number in range(addresses)
        for _ in range(4)
    ]


@pytest.mark.parametrize("email", [ADMIN, "nobody@example.org"])
async def test_one_account_from_many_addresses(gateway: Gateway, email: str) -> None:
    assert await attack(gateway, email) == [401] * 8 + [429] * 152


async def test_one_account_from_many_addresses_of_one_ipv6_connection(gateway: Gateway) -> None:
    answers = [await attempt(gateway, "wrong password", f"2001:db8::{number:x}") for number in range(1, 9)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3


async def test_whoever_has_signed_in_before_is_not_stopped_by_an_attack(gateway: Gateway) -> None:
    device = (await attempt(gateway, PASSWORD, OFFICE)).cookies[DEVICE_COOKIE]
    assert (await attack(gateway))[-1] == 429
    assert (await attempt(gateway, PASSWORD, OFFICE)).status_code == 200
    assert (await attempt(gateway, PASSWORD, HOME, device=device)).status_code == 200
    stranger = await attempt(gateway, PASSWORD, HOME + "0")
    assert (stranger.status_code, int(stranger.headers["retry-after"]) <= 61) == (429, True)


async def test_typing_errors_of_a_colleague_do_not_stop_whoever_is_new_to_a_browser(gateway: Gateway) -> None:
    """The colleague comes from the network from which the person signs in every day."""
    assert (await attempt(gateway, PASSWORD, OFFICE)).status_code == 200
    assert [(await attempt(gateway, "wrong", OFFICE)).status_code for _ in range(6)] == [401] * 6
    assert (await attempt(gateway, PASSWORD, OFFICE)).status_code == 200


async def test_a_colleague_who_guesses_on_and_on_has_to_wait(gateway: Gateway) -> None:
    device = (await attempt(gateway, PASSWORD, OFFICE)).cookies[DEVICE_COOKIE]
    answers = [await attempt(gateway, "wrong", OFFICE) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 8 + [429] * 4
    assert int(answers[-1].headers["retry-after"]) <= 61
    assert (await attempt(gateway, PASSWORD, OFFICE, device=device)).status_code == 200


async def test_a_known_browser_is_stopped_by_its_own_failures(gateway: Gateway) -> None:
    device = (await attempt(gateway, PASSWORD, OFFICE)).cookies[DEVICE_COOKIE]
    answers = [await attempt(gateway, "wrong password", HOME, device=device) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    forged = device[:-1] + ("A" if device[-1] != "A" else "B")
    assert (await attempt(gateway, PASSWORD, HOME, device=forged)).status_code == 200


async def test_typing_errors_do_not_prolong_the_window(gateway: Gateway, database: Database) -> None:
    for number in range(50):
        await attempt(gateway, "wrong password", OFFICE, f"p{number}@example.org")
    first = await database["sign_in_attempts"].find_one({"count": 50})
    assert first is not None
    assert (await attempt(gateway, PASSWORD, OFFICE)).status_code == 429
    again = await database["sign_in_attempts"].find_one({"_id": first["_id"]})
    assert again is not None
    assert (again["window_ends"], again["count"]) == (first["window_ends"], 50)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await database["sign_in_attempts"].update_many(
        {"window_ends": {"$exists": True}}, {"$set": {"window_ends": past, "blocked_until": past}}
    )
    assert (await attempt(gateway, PASSWORD, OFFICE)).status_code == 200


@pytest.mark.parametrize("early", [False, True], ids=["at once", "most of the first window at its end"])
async def test_strangers_have_less_than_a_hundred_tries_an_hour(
    database: Database, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    """Each comes from a network of its own and waits exactly as long as it is told."""
    clock, tries = [datetime.now(UTC)], 0
    monkeypatch.setattr(throttle, "_now", lambda: clock[0])
    counted = throttle.MongoThrottle(database["sign_in_attempts"], Settings(secret="s" * 32))
    if early:
        await counted.admit(Attempt("account", "10.1.1.1"))
        clock[0] += timedelta(seconds=899)
    end = clock[0] + timedelta(hours=1)
    while clock[0] < end:
        try:
            await counted.admit(Attempt("account", f"10.0.{tries // 200}.{tries % 200}"))
            tries += 1
        except ServiceError as error:
            clock[0] += timedelta(seconds=error.detail["retry_after"])
    assert 80 < tries < 100


async def test_what_is_refused_does_not_count(gateway: Gateway, database: Database) -> None:
    await attack(gateway)
    counts = [row["count"] async for row in database["sign_in_attempts"].find({"count": {"$exists": True}})]
    assert max(counts) == 8
    assert sum(counts) == 8 * 3


async def test_the_brakes_have_metrics(gateway: Gateway) -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    before = value("trackline_sign_ins_throttled_total", by="account")
    await attack(gateway, addresses=6)
    assert value("trackline_sign_ins_throttled_total", by="account") == before + 16
    assert value("trackline_sign_ins_total", outcome="throttled") >= 4
