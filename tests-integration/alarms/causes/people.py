"""Sign-ins that somebody forces, or that come all at once."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

from alarms.cause import causes
from alarms.world import Scene, repeating

# The most that may wait for a check of their password is less than half of this.
AT_ONCE = 60


@causes("TracklineSignInsThrottled")
def guessed_password(scene: Scene) -> Iterator[None]:
    """Somebody tries passwords of one account, each from another address."""
    addresses = (f"198.51.{first}.{last}" for first, last in itertools.product(range(256), range(1, 255)))
    with repeating(lambda: _guess(scene, next(addresses)), pause=0.02):
        yield


@causes("TracklineSignInsBusy")
def crowd(scene: Scene) -> Iterator[None]:
    """60 strangers sign in at the same moment, again and again."""
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def come() -> None:
            list(pool.map(lambda last: _guess(scene, f"203.0.113.{last}", f"nobody{last}"), range(1, AT_ONCE + 1)))

        with repeating(come):
            yield


@causes("TracklineSecurityLogIncomplete")
def refused_strangers(scene: Scene) -> Iterator[None]:
    """Strangers with thousands of addresses ask without signing in."""
    numbers = itertools.count()

    def ask() -> None:
        upper, lower = divmod(next(numbers), 250)
        client.get("/api/v1/tickets", headers={"X-Forwarded-For": f"100.64.{upper % 256}.{lower}"})

    # A client of its own for each request would ask too few times a minute.
    with httpx.Client(base_url=scene.system.url, timeout=30) as client, repeating(ask, threads=4, pause=0.001):
        yield


def _guess(scene: Scene, address: str, account: str | None = None) -> None:
    form = {"grant_type": "password", "username": account or scene.requester.me["email"], "password": "wrong"}
    headers = {"X-Forwarded-For": address}
    httpx.post(f"{scene.system.url}/api/v1/auth/token", data=form, headers=headers, timeout=30)
