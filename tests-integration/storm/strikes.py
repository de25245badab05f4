"""Makes a fault happen, and ends it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from storm.faults import Fault, Strike
from storm.sink import Mood
from storm.world import World

SERVER_SECONDS = 120.0
Hand = Callable[[World, Fault], AbstractContextManager[None]]


@contextmanager
def _killed(world: World, fault: Fault) -> Iterator[None]:
    world.victims[fault.target].kill()
    yield
    # A process starts in the background. A server is waited for, because it cannot bear to be killed while it starts.
    world.victims[fault.target].start()


@contextmanager
def _frozen(world: World, fault: Fault) -> Iterator[None]:
    world.victims[fault.target].pause()
    yield
    world.victims[fault.target].resume()


@contextmanager
def _full(world: World, fault: Fault) -> Iterator[None]:
    world.servers.rabbitmq.alarm("disk", True)
    yield
    world.servers.rabbitmq.alarm("disk", False)


@contextmanager
def _moody(mood: Mood, world: World, fault: Fault) -> Iterator[None]:
    with world.sink.being(mood):
        yield


HANDS: Mapping[str, Hand] = {
    "kill": _killed,
    "freeze": _frozen,
    "full disk": _full,
    "away": partial(_moody, "away"),
    "refusing": partial(_moody, "refusing"),
    "slow": partial(_moody, "slow"),
}


def carry_out(world: World, strike: Strike, began: float) -> None:
    """Waits for the time of the strike. `began` is time.monotonic() at second 0. It must run in the main thread, since
    a process ends with the thread that started it."""
    time.sleep(max(0.0, began + strike.at - time.monotonic()))
    world.revive()
    print(strike, flush=True)
    with HANDS[strike.fault.kind](world, strike.fault):
        time.sleep(strike.seconds)
