"""Waits until the storm's last effect has arrived everywhere."""

import time
from collections.abc import Callable, Iterator

from harness.agreement import assert_agreement
from harness.api import Api

from storm.ledger import Ledger
from storm.told import SETTLED, streams
from storm.world import World

LONGEST_SECONDS = 180.0


def calm_down(world: World) -> None:
    """Everything runs again."""
    world.revive()
    for program in world.programs.values():
        program.wait_ready(LONGEST_SECONDS)


def finish_purges(ledger: Ledger, admin: Api) -> None:
    """Repeats the purges that were given up, as an administrator would."""
    for one in ledger.operations:
        while one.kind == "purge" and one.outcome != "acknowledged":
            if not admin.post("/imports/purges", {"source": one.subjects[0]})["remaining"]:
                break


def wait_for_quiet(world: World, ledger: Ledger, admin: Api) -> Iterator[str]:
    """Yields what has not become quiet."""
    acknowledged = {one.number: one.id for one in ledger.tickets}
    try:
        assert_agreement(world.truth, admin, world.system.backends.amqp_url, acknowledged, LONGEST_SECONDS)
    except AssertionError as error:
        yield f"the services do not agree: {error}"
    if not _until(lambda: set(world.truth.delivery_states()) <= {*SETTLED, "failed"}):
        yield f"mails wait: {world.truth.delivery_states()}"
    _until(lambda: not list(streams(world, admin)))


def _until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONGEST_SECONDS
    while not (reached := condition()) and time.monotonic() < end:
        time.sleep(1)
    return reached
