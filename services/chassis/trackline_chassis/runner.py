"""Runs one service until SIGTERM: waits for the servers, builds the service and starts it in nameko."""

import inspect
import os
import signal
import sys
from importlib import import_module
from time import monotonic, sleep
from typing import Any

import eventlet
import structlog
from nameko.runners import ServiceRunner

from trackline_chassis import telemetry
from trackline_chassis.amqp import BROKER_DOWN
from trackline_chassis.bus import Bus
from trackline_chassis.config import BUS, READINESS, SETTINGS, WIRING
from trackline_chassis.entrypoints import App
from trackline_chassis.health import Readiness, serve
from trackline_chassis.mongo import STORE_DOWN
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_core.garbage import collect_rarely

log = structlog.get_logger()

DRAIN_SECONDS = 25


def main(package: str) -> None:
    """Runs the service of `<package>.entrypoint`. SIGTERM lets calls and batches in flight finish."""
    settings = ChassisSettings()
    telemetry.configure(package, settings.log_level)
    readiness = Readiness()
    server = serve(settings.health_host, settings.health_port, readiness)
    log.info("serving health checks", port=server.server_port)
    service = service_class(package)
    config = container_config(service, settings, readiness)
    log.info("starting the service")
    _run_until_stopped(service, config)
    log.info("the service has stopped")


def _run_until_stopped(service: type, config: dict[str, Any]) -> None:
    runner = ServiceRunner(config)
    runner.add_service(service)

    def shut_down(*_: object) -> None:
        # nameko never finishes if it is stopped twice at the same time.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A signal handler must not switch greenlets, so both run in new ones.
        eventlet.spawn_n(runner.stop)
        eventlet.spawn_n(_exit_in_time, config[BUS])

    signal.signal(signal.SIGTERM, shut_down)
    signal.signal(signal.SIGINT, shut_down)
    runner.start()
    collect_rarely()
    # The hub raises the EINTR of a signal in the main greenlet, so that one must not run the service itself.
    waiting = eventlet.spawn(runner.wait)
    while not waiting.dead:
        try:
            waiting.wait()
        except InterruptedError:
            continue


def _exit_in_time(bus: Bus) -> None:
    """Ends the process if the broker is gone or draining takes too long. Without a broker no call can be answered or
    acknowledged, and nameko would wait for ever. Nothing is lost: saved events are pending in their documents, and
    RabbitMQ redelivers what was not acknowledged."""
    end = monotonic() + DRAIN_SECONDS
    while monotonic() < end and _reaches_broker(bus):
        sleep(1)
    log.warning("exiting without waiting for calls and batches in flight")
    os._exit(0)


def _reaches_broker(bus: Bus) -> bool:
    try:
        bus.check()
    except BROKER_DOWN:
        return False
    return True


def service_class(package: str) -> type:
    """Returns the class in the entrypoint module of the package that declares an App."""
    module = import_module(f"{package}.entrypoint")
    classes = (one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__)
    return next(one for one in classes if any(isinstance(value, App) for value in vars(one).values()))


def container_config(service: type, settings: ChassisSettings, readiness: Readiness) -> dict[str, Any]:
    """Returns nameko's config with our objects in it. Waits until RabbitMQ and the store can be reached."""
    bus = Bus(settings.amqp_url)
    app = next(value for value in vars(service).values() if isinstance(value, App))
    wiring = _build_when_servers_run(app, settings, bus)
    readiness.add({"rabbitmq": bus.check, **wiring.checks})
    return {
        "AMQP_URI": settings.amqp_url,
        "max_workers": settings.workers,
        "HEARTBEAT": 30,
        BUS: bus,
        READINESS: readiness,
        SETTINGS: settings,
        WIRING: wiring,
    }


def _build_when_servers_run(app: App, settings: ChassisSettings, bus: Bus) -> Wiring[Any]:
    while True:
        try:
            bus.check()
            return app.build(settings, bus)
        except (*BROKER_DOWN, *STORE_DOWN) as error:
            log.warning("could not reach RabbitMQ or MongoDB; retrying in 1 s", error=str(error)[:300])
            sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
