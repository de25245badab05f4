"""Which counters an attempt to sign in meets, and who is known."""

import pytest

from gateway.people.domain import device
from gateway.people.domain.attempt import Attempt, Limits, counters_of, network_of

LIMITS = Limits(pair=5, account=20, network=50)
SECRET = b"s" * 32


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_connection_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_stranger_is_counted_with_the_account_too() -> None:
    first, second = [counters_of(Attempt("bea", address), LIMITS, False) for address in ("10.0.0.1", "10.0.0.2")]
    assert [counter.by for counter in first] == ["pair", "account", "network"]
    assert [one.key == other.key for one, other in zip(first, second, strict=True)] == [False, True, False]


def test_the_failures_of_strangers_do_not_reach_whoever_is_known() -> None:
    of_stranger = {counter.key for counter in counters_of(Attempt("bea", "10.0.0.1"), LIMITS, False)}
    of_device = counters_of(Attempt("bea", "10.0.0.1", device="nonce"), LIMITS, False)
    of_place = counters_of(Attempt("bea", "10.0.0.9"), LIMITS, True)
    assert not of_stranger & {counter.key for counter in (*of_device, *of_place)}
    assert ([counter.by for counter in of_device], [counter.by for counter in of_place]) == (["device"], ["pair"])


def test_purposes_are_counted_apart() -> None:
    keys = [
        counter.key
        for purpose in ("sign_in", "password")
        for counter in counters_of(Attempt("bea", "10.0.0.1", purpose=purpose), LIMITS, False)
    ]
    assert len(keys) == len(set(keys)) == 4


def test_the_password_is_asked_for_each_session_apart() -> None:
    keys = {
        counter.key
        for session in ("thief", "owner")
        for counter in counters_of(Attempt("bea", "10.0.0.1", purpose="password", credential=session), LIMITS, True)
    }
    assert len(keys) == 2


def test_a_device_is_recognised_for_its_accounts_only() -> None:
    cookie = device.add_mark(SECRET, "bea", device.add_mark(SECRET, "ben", ""))
    assert device.recognise(SECRET, "bea", cookie)
    assert device.recognise(SECRET, "ben", cookie)
    assert device.recognise(SECRET, "ann", cookie) is None
    assert device.recognise(b"t" * 32, "bea", cookie) is None


def test_a_device_keeps_its_mark_and_has_only_the_newest_few() -> None:
    cookie = device.add_mark(SECRET, "bea", "")
    assert device.add_mark(SECRET, "bea", cookie) == cookie
    for number in range(10):
        cookie = device.add_mark(SECRET, f"p{number}", cookie)
    assert device.recognise(SECRET, "bea", cookie) is None
    assert cookie.count(device.SEPARATOR) == device.MARKS - 1


@pytest.mark.parametrize("cookie", ["", ".", "~~~", "x.y", "a" * 10_000, "ü.ü", ".".join("abc")])
def test_a_malformed_cookie_recognises_nobody(cookie: str) -> None:
    assert device.recognise(SECRET, "bea", cookie) is None
