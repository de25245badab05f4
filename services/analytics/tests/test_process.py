"""The whole service with a real broker and a real store."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from trackline_chassis.bus import Bus
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import to_exchange
from trackline_schemas.events import Event
from trackline_schemas.rpc import METHODS
from trackline_schemas.viewer import Viewer
from trackline_testing.backends import own_backends
from trackline_testing.caller import Caller
from trackline_testing.log_owner import LogOwner
from trackline_testing.service import Service
from trackline_testing.waiting import wait_for

from . import naive
from .stories import HOUR, START, Story, random_story

ADMIN = Viewer(id="root", admin=True)
END = START + 800 * HOUR


@pytest.fixture
def settings() -> Iterator[ChassisSettings]:
    with own_backends() as found:
        yield found


def stories(random: Random, prefix: str) -> list[Story]:
    found = [random_story(random, f"{prefix}{number:03}") for number in range(150)]
    return [story.update(900, team_id=None) for story in found]


def events_of(stories: list[Story]) -> list[Event]:
    return [event for story in stories for event in story.events]


def agrees(caller: Caller, *told: Story) -> bool:
    period = {"from": START.isoformat(), "to": END.isoformat()}
    return bool(caller.call("summary", ADMIN, query=period)["total"] == naive.approx(naive.summary(told, START, END)))


@pytest.mark.timeout(180)
def test_old_tickets_lost_events_a_killed_process_and_a_rebuild(settings: ChassisSettings, tmp_path: Path) -> None:
    random = Random(5)
    old, new = stories(random, "old"), stories(random, "new")
    live = events_of(new)
    random.shuffle(live)
    last = {story.events[-1].id for story in new}
    lost = {event.id for event in [event for event in live if event.id not in last][:40]}
    sent = [to_exchange(event) for event in live if event.id not in lost]
    with ExitStack() as stack:
        bus = stack.enter_context(closing(Bus(settings.amqp_url)))
        owner = stack.enter_context(closing(LogOwner(settings, bus)))
        owner.write(events_of(old))
        service = Service("analytics", settings, tmp_path, TRACKLINE_GAP_SECONDS="1")
        service.start_and_wait()
        stack.callback(service.stop)
        caller = stack.enter_context(closing(Caller(settings.amqp_url, "analytics")))
        wait_for(lambda: agrees(caller, *old), 40)

        owner.write(live)
        assert all(bus.send(sent[:300]))
        service.kill()
        assert all(bus.send(sent[300:]))
        service.start_and_wait()
        wait_for(lambda: agrees(caller, *old, *new), 40)

        # All methods of the contract are called here, and there are no others.
        assert METHODS["analytics"].keys() == {"summary", "series", "tickets", "rebuild"}
        period = {"from": START.isoformat(), "to": END.isoformat()}
        days = caller.call("series", ADMIN, query={**period, "zone": "Europe/Berlin"})["buckets"]
        reopened = caller.call("tickets", ADMIN, query={**period, "measure": "reopened", "size": 100})["items"]
        assert sum(day["total"]["reopened"] for day in days) == len(reopened) > 0
        assert caller.call("rebuild", Viewer(id="anna", teams={"desk": "read"})) == "forbidden"
        assert caller.call("rebuild", ADMIN)["job_id"]
        wait_for(lambda: "trackline_analytics_rebuilding 1.0" in service.metrics())
        wait_for(lambda: "trackline_analytics_rebuilding 0.0" in service.metrics(), 40)
        assert agrees(caller, *old, *new)
