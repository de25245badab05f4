"""Readiness of a service while it starts and while a server is down."""

from time import monotonic

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
