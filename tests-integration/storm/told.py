"""Counts again who had to be told what: in the inbox, by mail, and on the live streams."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from harness.api import Api
from harness.live import Listener
from harness.truth import Document, Truth

from notifications.usecases.audience import Audiences, to_happening
from storm.recount import differences
from storm.world import World
from trackline_core.outbox import from_row
from trackline_schemas.access import Eyes, TicketChange
from trackline_schemas.events import Event, TicketEvent, UserChanged
from trackline_schemas.viewer import Viewer

SETTLED = ("sent", "unknown")


def expected_notices(truth: Truth, admin: Api) -> tuple[set[str], set[str]]:
    """Returns the ids of the inbox entries and of the deliveries. The rules of notifications give them, which know
    nothing of faults. Nobody's rights change during the storm."""
    people = {one["id"]: UserChanged.model_validate(one) for one in admin.all("/users")}
    teams, inbox, mail = _teams(admin), set(), set()
    for event in _news(truth):
        data = TicketEvent.model_validate(event.data)
        for notice in Audiences(people, teams).decide(to_happening(event, data), data.ticket).notices:
            inbox.add(f"{event.id}:{notice.recipient_id}:inbox")
            mail |= {f"{event.id}:{notice.recipient_id}:mail"} if notice.mail else set()
    return inbox, mail


def inboxes(truth: Truth, expected: Iterable[str]) -> Iterator[str]:
    yield from differences(_once(_ids(truth.inbox())), _once(expected))


def deliveries(truth: Truth, expected: Iterable[str]) -> Iterator[str]:
    rows = [one for one in truth.deliveries() if one["ticket_id"]]
    yield from differences(_once(_ids(rows)), _once(expected))
    yield from (f"{one['_id']} is {one['state']}: {one['error']}" for one in rows if one["state"] not in SETTLED)


def mails(truth: Truth, arrived: Counter[str]) -> Iterator[str]:
    """Each mail arrived once, but those of unknown outcome may be missing."""
    sent, unknown = ({one["message_id"] for one in truth.deliveries() if one["state"] == state} for state in SETTLED)
    yield from (f"{name} arrived {times} times" for name, times in arrived.items() if times > 1)
    yield from (f"{name} was sent, and did not arrive" for name in sent - arrived.keys())
    yield from (f"{name} arrived, and was not sent" for name in arrived.keys() - sent - unknown)


def streams(world: World, admin: Api) -> Iterator[str]:
    """Each listener has seen the events that it may see, or got a resync afterwards, and has seen no others."""
    news, teams = _news(world.truth), _teams(admin)
    for listener in world.listeners:
        eyes = Eyes.of(Viewer.model_validate(listener.api.me), teams)
        visible = {(event.subject, event.sequence): event for event in news if eyes.see(TicketChange.of(event))}
        seen, resync = listener.pairs, _last_resync(listener)
        missing = [event for pair, event in visible.items() if pair not in seen]
        name = f"{listener.api.me['name']} at {listener.url}"
        yield from (f"{name} missed {one.id}" for one in missing if _logged(one) > resync)
        yield from (f"{name} saw {pair}" for pair in seen - visible.keys())


def _last_resync(listener: Listener) -> float:
    """Returns seconds since the epoch, or 0 if there was none."""
    passed = time.time() - time.monotonic()
    return max((frame.at + passed for frame in listener.named("resync")), default=0.0)


def _logged(event: Event) -> float:
    return (event.loggedat or event.recordedat).timestamp()


def _news(truth: Truth) -> list[Event]:
    """Nobody is told of what was imported."""
    return [event for event in map(from_row, truth.log()) if not event.historical]


def _teams(admin: Api) -> dict[str, bool]:
    return {one["id"]: one["confidential"] for one in admin.all("/teams")}


def _ids(rows: Iterable[Document]) -> Iterator[str]:
    yield from (one["_id"] for one in rows)


def _once(ids: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(ids, 1)
