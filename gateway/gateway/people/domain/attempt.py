"""Which failures are counted against an attempt to sign in, or to type the password again.

A stranger is counted three times: with the account and the network together, with the account alone, and with the
network alone. Whoever has signed in to the account from this browser or this network before is counted apart from
strangers. Colleagues share a network, and so one of them can still pause another one who is new to a browser: a link
from a mail makes that browser a known one. So nobody can lock somebody else out by wrong passwords.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

Purpose = Literal["sign_in", "password"]
By = Literal["device", "pair", "account", "network"]
BY: tuple[By, ...] = ("device", "pair", "account", "network")

FIRST_PAUSE = timedelta(seconds=30)
# The longest pause for those whom a stranger could pause on purpose.
SOFT_PAUSE = timedelta(seconds=60)


@dataclass(frozen=True)
class Limits:
    """How many failures within a window cause a pause."""

    pair: int
    account: int
    network: int


@dataclass(frozen=True)
class Counter:
    """A pause lasts FIRST_PAUSE and doubles with each further failure, up to `longest` if it is not None. It ends with
    the window at the latest."""

    by: By
    key: str
    limit: int
    longest: timedelta | None = None


@dataclass(frozen=True)
class Attempt:
    """`account` is the id of the account, or the address that somebody typed and nobody has. `device` is the nonce of
    the account's mark in the device cookie, if there is one. `credential` is that of whoever types the password
    again."""

    account: str
    address: str
    device: str | None = None
    purpose: Purpose = "sign_in"
    credential: str = ""

    @property
    def network(self) -> str:
        return network_of(self.address)

    @property
    def place(self) -> str:
        """The key that remembers that the account was used from this network."""
        return _key("place", self.account, self.network)


def network_of(address: str) -> str:
    """Returns an IPv4 address as it is, and the /64 network of an IPv6 address, since one connection has all of it."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((parsed, 64), strict=False))


def counters_of(attempt: Attempt, limits: Limits, known_place: bool) -> tuple[Counter, ...]:
    purpose, account, network = attempt.purpose, attempt.account, attempt.network
    if purpose == "password":
        # Whoever has taken over one session of a person does not stop the person in another one.
        return (Counter("pair", _key(purpose, account, attempt.credential), limits.pair),)
    if attempt.device is not None:
        return (Counter("device", _key("device", account, attempt.device), limits.pair),)
    pair = _key(purpose, account, network)
    if known_place:
        # Behind one address there may be colleagues. They have no more tries together than all strangers have.
        return (Counter("pair", pair, limits.account, SOFT_PAUSE),)
    of_account = Counter("account", _key(purpose, account), limits.account, SOFT_PAUSE)
    of_network = Counter("network", _key(purpose, "network", network), limits.network)
    return (Counter("pair", pair, limits.pair), of_account, of_network)


def _key(*parts: str) -> str:
    # The account is hashed, because people sometimes type their password into its field.
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
