"""Building blocks of a service's entrypoint.py: the dependencies App and Call, and the entrypoints rpc and events."""

from collections.abc import Callable
from functools import partial
from threading import Event as Stop
from typing import Any

import structlog
from nameko.extensions import DependencyProvider, Entrypoint

from trackline_chassis import telemetry
from trackline_chassis.bus import Bus
from trackline_chassis.config import BUS, READINESS, SETTINGS, WIRING
from trackline_chassis.consumer import LINGER_SECONDS, BatchConsumer
from trackline_chassis.ladder import Ladder
from trackline_chassis.mongo import is_store_down
from trackline_chassis.rpc import CONTEXT_KEY, rpc
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Loop, Wiring
from trackline_schemas.context import CallContext

__all__ = ["App", "Call", "events", "rpc"]

log = structlog.get_logger()

Build = Callable[[ChassisSettings, Bus], Wiring[Any]]


class App(DependencyProvider):
    """Provides methods with the object graph that `build` creates, and runs its loops in the background."""

    def __init__(self, build: Build) -> None:
        self.build = build

    def start(self) -> None:
        self._stop = Stop()
        # Every extension has been set up by now, so the first round of readiness checks includes all of them.
        loops = [*self.container.config[WIRING].loops, self.container.config[READINESS].run]
        self._threads = [self.container.spawn_managed_thread(self._restart(loop), _name(loop)) for loop in loops]

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.wait()
        self.container.config[WIRING].close()

    def worker_setup(self, worker_ctx: Any) -> None:
        telemetry.begin(worker_ctx.data.get(CONTEXT_KEY))

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config[WIRING].app

    def _restart(self, loop: Loop) -> Callable[[], None]:
        def run() -> None:
            while not self._stop.is_set():
                try:
                    loop(self._stop)
                except Exception as error:  # nameko would end the whole service together with the loop
                    if is_store_down(error):
                        log.warning(
                            "store down; restarting a loop in 1 s",
                            loop=_name(loop),
                            error=str(error)[:300],
                        )
                    else:
                        log.exception("a loop failed; restarting in 1 s", loop=_name(loop))
                    self._stop.wait(1)

        return run


class Call(DependencyProvider):
    """Provides methods with the CallContext: who calls, and for which request."""

    def get_dependency(self, worker_ctx: Any) -> CallContext:
        return worker_ctx.data.get(CONTEXT_KEY) or CallContext()


class EventsEntrypoint(Entrypoint):
    """Runs a BatchConsumer in its own greenlet, so that events never occupy RPC workers."""

    def __init__(self, queue: str, linger: float, every_type: bool) -> None:
        super().__init__()
        self.queue = queue
        self.linger = linger
        self.every_type = every_type

    def setup(self) -> None:
        config = self.container.config
        settings: ChassisSettings = config[SETTINGS]
        service = self.container.service_cls()
        service.app = config[WIRING].app
        ladder = Ladder(config[BUS].publisher, settings.retry_delays)
        handler = getattr(service, self.method_name)
        self.consumer = BatchConsumer(
            settings.amqp_url,
            self.queue,
            handler,
            ladder,
            config[WIRING].unavailable,
            self.linger,
            self.every_type,
        )
        config[READINESS].add({self.queue: self.consumer.check})

    def start(self) -> None:
        self._stop = Stop()
        self._thread = self.container.spawn_managed_thread(lambda: self.consumer.run(self._stop), self.queue)

    def stop(self) -> None:
        self._stop.set()
        self._thread.wait()


def events(queue: str, linger: float = LINGER_SECONDS, every_type: bool = False) -> Any:
    """Makes a method the handler of a queue. The method gets a list of at most 100 events. When it returns, all of them
    are acknowledged. When it raises, it gets them one by one, and an event that raises again is retried later.
    `linger` is how many seconds a first event waits for more: a longer wait costs latency and saves work.
    The method gets the types that trackline_schemas.events.registry lists for the queue. The chassis skips and counts
    the others, unless `every_type` is set, which is for a consumer that must not see a gap in the sequence of a
    subject."""
    return EventsEntrypoint.decorator(queue, linger, every_type)


def _name(loop: Any) -> str:
    function = loop.func if isinstance(loop, partial) else loop
    return f"{function.__module__}.{function.__qualname__}"
