"""What is attacked, and how its answers are measured."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import psutil
from harness.api import Api

from trackline_local.system import System


@dataclass(frozen=True)
class Figure:
    """`before` was measured when the weakness was found, or is None. A `now` above the limit is a failure."""

    name: str
    unit: str
    before: float | None
    now: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.now <= self.limit

    @property
    def row(self) -> str:
        cells = [self.name, self._show(self.before), self._show(self.now), self._show(self.limit)]
        return f"| {' | '.join(cells)} | {'holds' if self.holds else 'FAILS'} |"

    def _show(self, value: float | None) -> str:
        return "" if value is None else f"{value:.3g} {self.unit}".strip()


@dataclass
class Times:
    """Seconds until each answer. No answer within a minute counts as a minute."""

    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass(frozen=True)
class Target:
    system: System
    admin: Api

    def __post_init__(self) -> None:
        if not ip_address(urlsplit(self.system.url).hostname or "").is_loopback:
            raise ValueError("an attack goes to this machine only")

    @property
    def url(self) -> str:
        return self.system.url

    @property
    def megabytes(self) -> float:
        """The resident memory of the gateway and its processes."""
        gateway = psutil.Process(self.system.pid("gateway"))
        processes = [gateway, *gateway.children(recursive=True)]
        return sum(process.memory_info().rss for process in processes) / 1_000_000

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.system.port), timeout=10)

    @contextmanager
    def watch(self, path: str = "/livez", token: str = "") -> Iterator[Times]:
        """Asks for this path every 20 ms until the block ends."""
        times, stop = Times(), threading.Event()
        watching = threading.Thread(target=_ask, args=(self.url, path, token, times, stop))
        watching.start()
        try:
            yield times
        finally:
            stop.set()
            watching.join()

    @contextmanager
    def watch_growth(self) -> Iterator["Growth"]:
        """Looks every 20 ms how much more memory the gateway has than when the block began."""
        growth, stop = Growth(self.megabytes), threading.Event()
        watching = threading.Thread(target=_look, args=(self, growth, stop))
        watching.start()
        try:
            yield growth
        finally:
            stop.set()
            watching.join()


@dataclass
class Growth:
    """Megabytes at the beginning, and the most that came to them."""

    before: float
    most: float = 0.0


def _look(target: Target, growth: Growth, stop: threading.Event) -> None:
    while not stop.wait(0.02):
        growth.most = max(growth.most, target.megabytes - growth.before)


def _ask(url: str, path: str, token: str, times: Times, stop: threading.Event) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        while not stop.wait(0.02):
            began = time.monotonic()
            try:
                failed = not client.get(path).is_success
            except httpx.HTTPError:
                failed = True
            times.seconds.append(60.0 if failed else time.monotonic() - began)
