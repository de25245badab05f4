"""Readiness of a service while it starts and while a server is down."""

from threading import Event
from time import monotonic

import pytest
from prometheus_client import REGISTRY

from trackline_chassis import health
from trackline_chassis.health import EVERY_SECONDS, Readiness, is_ready
from trackline_testing.waiting import wait_for

from .conftest import running


def test_a_service_is_ready_soon_after_its_last_part() -> None:
    readiness, up = Readiness(), False

    def part() -> None:
        if not up:
            raise ConnectionError("not consuming")

    readiness.add({"part": part})
    with running(readiness.run):
        assert not is_ready(readiness.state())
        wait_for(lambda: readiness.state() == {"part": "ConnectionError: not consuming"})
        up, since = True, monotonic()
        wait_for(lambda: is_ready(readiness.state()))
        assert monotonic() - since < EVERY_SECONDS / 2


def ready(check: str) -> float | None:
    return REGISTRY.get_sample_value("trackline_ready", {"check": check})


def test_the_gauge_of_a_check_that_hangs_falls_to_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STALE_SECONDS", 0.5)
    monkeypatch.setattr(health, "EVERY_SECONDS", 0.05)
    frozen, thawed, readiness = Event(), Event(), Readiness()
    assert ready("service") == 0

    def store() -> None:
        if frozen.is_set():
            thawed.wait(20)

    readiness.add({"store": store})
    assert (ready("service"), ready("store")) == (1, 0)
    with running(readiness.run):
        wait_for(lambda: ready("store") == 1)
        frozen.set()
        wait_for(lambda: ready("store") == 0)
        frozen.clear()
        thawed.set()
        wait_for(lambda: ready("store") == 1)
