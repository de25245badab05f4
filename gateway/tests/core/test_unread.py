"""How streams hear of unread entries: who counts, for whom, and how often."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.kit.credential import Credential
from gateway.live.hub import LiveHub
from gateway.live.stream import Stream
from gateway.live.unread import SOON
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import INBOX_CHANGED, Event
from trackline_schemas.viewer import Viewer

from .fakes import FakePeople, event
from .streams import parse
from .waiting import until


class Inboxes:
    def __init__(self) -> None:
        self.unread: dict[str, int] = {}
        self.asked: list[Viewer] = []
        self.down = False

    async def count(self, viewer: Viewer) -> int:
        self.asked.append(viewer)
        if self.down:
            raise refuse(reasons.bus.BUS_UNREACHABLE)
        return self.unread.get(viewer.id, 0)


@pytest.fixture
def people() -> FakePeople:
    return FakePeople()


@pytest.fixture
def inboxes() -> Inboxes:
    return Inboxes()


@pytest.fixture
def hub(people: FakePeople, inboxes: Inboxes) -> LiveHub:
    return LiveHub(people.directory, inboxes.count, heartbeat_seconds=15)


def changed(person: str, unread: int | None = None) -> Event:
    made = Event.model_validate(event(1, type=INBOX_CHANGED, subject=person))
    return made.model_copy(update={"data": {"recipient_id": person, "unread": unread}})


def join(hub: LiveHub, person: str, *, admin: bool = True) -> Stream:
    return hub.join(Credential("token", "", person, admin=admin))


async def read(stream: Stream) -> list[object]:
    stream.close("shutdown")
    return [sent.data["unread"] async for piece in stream.frames() for sent in parse(piece.decode())]


async def pass_by() -> None:
    """Waits until everything that was planned must have happened."""
    await asyncio.sleep(SOON * 3)


async def test_a_burst_is_counted_once_for_all_windows_of_a_person(hub: LiveHub, inboxes: Inboxes) -> None:
    windows = [join(hub, "rita"), join(hub, "rita")]
    inboxes.unread["rita"] = 7
    for _ in range(20):
        hub.publish(changed("rita"))
    await until(lambda: inboxes.asked)
    await pass_by()
    assert [await read(one) for one in windows] == [[7], [7]]
    assert [viewer.id for viewer in inboxes.asked] == ["rita"]


async def test_windows_with_other_rights_are_counted_apart(hub: LiveHub, inboxes: Inboxes) -> None:
    join(hub, "anna")
    join(hub, "anna", admin=False)
    hub.publish(changed("anna"))
    await until(lambda: len(inboxes.asked) == 2)
    assert {viewer.admin for viewer in inboxes.asked} == {True, False}


async def test_nobody_counts_for_a_person_without_a_stream(hub: LiveHub, inboxes: Inboxes) -> None:
    other = join(hub, "alf")
    hub.publish(changed("rita"))
    await pass_by()
    assert (await read(other), inboxes.asked) == ([], [])


async def test_a_change_after_the_count_began_leads_to_another_count(people: FakePeople, inboxes: Inboxes) -> None:
    go_on, counting = asyncio.Event(), asyncio.Event()

    async def count(viewer: Viewer) -> int:
        counted = await inboxes.count(viewer)
        counting.set()
        await go_on.wait()
        return counted

    hub = LiveHub(people.directory, count, heartbeat_seconds=15)
    stream = join(hub, "rita")
    inboxes.unread["rita"] = 1
    hub.publish(changed("rita"))
    await counting.wait()
    inboxes.unread["rita"] = 2
    hub.publish(changed("rita"))
    go_on.set()
    await until(lambda: len(inboxes.asked) == 2)
    assert await read(stream) == [1, 2]


async def test_nobody_gets_a_number_that_was_counted_for_other_rights(people: FakePeople) -> None:
    """A key of an administrator marks entries as read, and then a key without these rights."""

    async def count(viewer: Viewer) -> int:
        return 7 if viewer.admin else 2

    hub = LiveHub(people.directory, count, heartbeat_seconds=15)
    for counted in (7, 2):
        admin, other = join(hub, "anna"), join(hub, "anna", admin=False)
        hub.publish(changed("anna", counted))
        await pass_by()
        assert (await read(admin), await read(other)) == ([7], [2])


async def test_nothing_unread_is_told_after_somebody_has_read(hub: LiveHub, inboxes: Inboxes) -> None:
    """Also when an entry that the viewer may not read comes at the same moment, but not when one comes later."""
    stream = join(hub, "rita")
    hub.publish(changed("rita", 0))
    hub.publish(changed("rita"))
    await pass_by()
    hub.publish(changed("rita"))
    await pass_by()
    assert (await read(stream), len(inboxes.asked)) == ([0], 2)


async def test_what_the_viewer_may_not_read_is_not_even_hinted_at(hub: LiveHub) -> None:
    stream = join(hub, "rita")
    hub.publish(changed("rita"))
    await pass_by()
    assert await read(stream) == []


@pytest.mark.parametrize("then", [lambda hub, stream: hub.leave(stream), lambda hub, _: hub.close()])
async def test_who_leaves_meanwhile_is_not_counted_for(
    hub: LiveHub, inboxes: Inboxes, then: Callable[[LiveHub, Stream], None]
) -> None:
    stream = join(hub, "rita")
    hub.publish(changed("rita"))
    then(hub, stream)
    await pass_by()
    assert inboxes.asked == []


async def test_a_failed_count_ends_nothing(hub: LiveHub, inboxes: Inboxes) -> None:
    stream = join(hub, "rita")
    inboxes.unread["rita"], inboxes.down = 3, True
    hub.publish(changed("rita"))
    await until(lambda: inboxes.asked)
    inboxes.down = False
    hub.publish(changed("rita"))
    await until(lambda: len(inboxes.asked) == 2)
    assert await read(stream) == [3]


async def test_a_window_for_which_the_count_failed_is_told_at_the_next(hub: LiveHub, inboxes: Inboxes) -> None:
    """Nothing is unread any more, which only somebody who has read something is told."""
    stream = join(hub, "rita")
    inboxes.down = True
    hub.publish(changed("rita", 0))
    await until(lambda: inboxes.asked)
    inboxes.down = False
    for _ in range(2):
        hub.publish(changed("rita"))
        await pass_by()
    assert await read(stream) == [0]


async def test_windows_that_were_told_are_not_told_again(people: FakePeople) -> None:
    """One of two counts fails, and what comes next is nothing that the other window may know of."""
    down = True

    async def count(viewer: Viewer) -> int:
        if down and not viewer.admin:
            raise refuse(reasons.bus.BUS_UNREACHABLE)
        return 0

    hub = LiveHub(people.directory, count, heartbeat_seconds=15)
    admin, other = join(hub, "anna"), join(hub, "anna", admin=False)
    hub.publish(changed("anna", 0))
    await pass_by()
    down = False
    hub.publish(changed("anna"))
    await pass_by()
    assert (await read(admin), await read(other)) == ([0], [0])
