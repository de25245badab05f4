"""Guessing passwords, and what a colleague notices of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import DefaultCookiePolicy
from ipaddress import IPv4Address
from secrets import randbelow
from uuid import uuid4

import httpx
from harness.api import Api

from attack.target import Figure, Target

# The gateway trusts this machine as its proxy, so that we can come from any network.
COLLEAGUE, NEWCOMER = "203.0.113.9", "203.0.113.77"
AT_ONCE, ADDRESSES, ATTEMPTS = 60, 40, 4
# One for all requests: making a client takes longer than a request, and its CPU would be missing in what is measured.
CLIENT = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None))
# Whoever guesses does not have the owner's browser, which the gateway knows by a cookie.
CLIENT.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))


def attack(target: Target) -> Iterator[Figure]:
    yield from _many_at_once(target)
    yield from _one_account(target)


def _many_at_once(target: Target) -> Iterator[Figure]:
    """60 wrong sign-ins at once, each for another account from another network, while colleagues sign in."""
    known, new = target.admin.new_person("Colleague Newton"), target.admin.new_person("Newcomer Hobbs")
    assert _sign_in(target, known.me["email"], known.password, COLLEAGUE) == 200
    ended = threading.Event()

    def guess() -> None:
        while not ended.is_set():
            if _sign_in(target, f"{uuid4().hex}@example.org", "wrong", _any_address()) != 401:
                ended.wait(0.2)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        guessing = [pool.submit(guess) for _ in range(AT_ONCE)]
        time.sleep(1)
        with target.watch() as times:
            seconds = [_time(lambda: _patiently(target, known, COLLEAGUE)) for _ in range(5)]
            first_time = _time(lambda: _patiently(target, new, NEWCOMER))
        ended.set()
        for one in guessing:
            one.result()
    yield Figure("H2: a colleague's sign-in during 60 wrong ones at once", "s", 23.6, max(seconds), 3)
    yield Figure("H2: the same on a new device in a new network", "s", 23.6, first_time, 15)
    yield Figure("H2: p99 of /livez meanwhile", "s", None, times.percentile(0.99), 0.5)


def _one_account(target: Target) -> Iterator[Figure]:
    """160 wrong passwords for one account, from 40 addresses. Its owner has signed in from another one before."""
    victim = target.admin.new_person("Victim Keller")
    assert _sign_in(target, victim.me["email"], victim.password, COLLEAGUE) == 200
    guesses = [f"192.0.2.{number}" for number in range(ADDRESSES) for _ in range(ATTEMPTS)]
    answers = Counter(_sign_in(target, victim.me["email"], "wrong", address) for address in guesses)
    yield Figure("H2: passwords of one account that 40 addresses may try", "", 160, answers[401], 20)
    seconds = _time(lambda: _patiently(target, victim, COLLEAGUE))
    yield Figure("H2: its owner's sign-in afterwards", "s", None, seconds, 5)


def _patiently(target: Target, who: Api, address: str) -> None:
    """Signs in as a person would, who tries again when the answer is to come back in a moment."""
    while (status := _sign_in(target, who.me["email"], who.password, address)) != 200:
        assert status in (429, 503), status
        time.sleep(1)


def _any_address() -> str:
    return str(IPv4Address("10.0.0.0") + randbelow(2**24))


def _sign_in(target: Target, email: str, password: str, address: str) -> int:
    form = {"grant_type": "password", "username": email, "password": password}
    headers = {"X-Forwarded-For": address}
    return CLIENT.post(f"{target.url}/api/v1/auth/token", data=form, headers=headers).status_code


def _time(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
