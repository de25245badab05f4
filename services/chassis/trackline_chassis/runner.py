"""Starts one service and keeps it until SIGTERM: wait for the servers, wire, hand over to nameko."""

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

log = structlog.get_logger()

DRAIN_SECONDS = 25


def main(package: str) -> None:
    """Runs the service of `<package>.entrypoint`. SIGTERM lets calls and batches in flight finish."""
    settings = ChassisSettings()
    telemetry.configure(package, settings.log_level)
    readiness = Readiness()
    server = serve(settings.health_host, settings.health_port, readiness)
    log.info("health checks are answered", port=server.server_port)
    service = service_class(package)
    config = container_config(service, settings, readiness)
    log.info("the service starts")
    _run_until_stopped(service, config)
    log.info("the service has stopped")


def _run_until_stopped(service: type, config: dict[str, Any]) -> None:
    runner = ServiceRunner(config)
    runner.add_service(service)

    def shut_down(*_: object) -> None:
        # Once: of two stops side by side nameko finishes neither.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A signal handler may not switch greenlets, so both start behind it.
        eventlet.spawn_n(runner.stop)
        eventlet.spawn_n(_leave_in_time, config[BUS])

    signal.signal(signal.SIGTERM, shut_down)
    signal.signal(signal.SIGINT, shut_down)
    runner.start()
    # In a greenlet of its own: the hub gives a signal's EINTR to the main one.
    waiting = eventlet.spawn(runner.wait)
    while not waiting.dead:
        try:
            waiting.wait()
        except InterruptedError:
            continue


def _leave_in_time(bus: Bus) -> None:
    """Draining needs the broker: without it nothing in flight can be answered or acked, and nameko would wait for ever.
    What was saved is pending in its document, and what was not acked comes again."""
    end = monotonic() + DRAIN_SECONDS
    while monotonic() < end and _reaches_broker(bus):
        sleep(1)
    log.warning("the service ends without waiting for what is in flight")
    os._exit(0)


def _reaches_broker(bus: Bus) -> bool:
    try:
        bus.check()
    except BROKER_DOWN:
        return False
    return True


def service_class(package: str) -> type:
    """The class in the package's entrypoint module that declares an App."""
    module = import_module(f"{package}.entrypoint")
    classes = (one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__)
    return next(one for one in classes if any(isinstance(value, App) for value in vars(one).values()))


def container_config(service: type, settings: ChassisSettings, readiness: Readiness) -> dict[str, Any]:
    """nameko's config with our objects in it. Waits for as long as RabbitMQ or the store are not there."""
    bus = Bus(settings.amqp_url)
    app = next(value for value in vars(service).values() if isinstance(value, App))
    wiring = _patiently(app, settings, bus)
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


def _patiently(app: App, settings: ChassisSettings, bus: Bus) -> Wiring[Any]:
    while True:
        try:
            bus.check()
            return app.build(settings, bus)
        except (*BROKER_DOWN, *STORE_DOWN) as error:
            log.warning("the start waits for RabbitMQ or MongoDB", error=str(error)[:300])
            sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
