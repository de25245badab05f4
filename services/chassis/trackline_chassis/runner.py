"""Starts one service and keeps it until SIGTERM: wait for the servers, wire, hand over to nameko."""

import inspect
import sys
from importlib import import_module
from time import sleep
from typing import Any

import structlog
from nameko.cli.run import run as run_containers

from trackline_chassis.amqp import BROKER_DOWN
from trackline_chassis.bus import Bus
from trackline_chassis.config import BUS, READINESS, SETTINGS, WIRING
from trackline_chassis.entrypoints import App
from trackline_chassis.health import Readiness, serve
from trackline_chassis.logs import configure
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring

log = structlog.get_logger()


def main(package: str) -> None:
    """Runs the service of `<package>.entrypoint`. SIGTERM lets calls and batches in flight finish."""
    settings = ChassisSettings()
    configure(package, settings.log_level)
    readiness = Readiness()
    server = serve(settings.health_host, settings.health_port, readiness)
    log.info("health_listens", port=server.server_port)
    service = service_class(package)
    config = container_config(service, settings, readiness)
    log.info("service_starts")
    run_containers([service], config)
    log.info("service_stopped")


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
        except (*BROKER_DOWN, *Wiring(None).unavailable) as error:
            log.warning("waits_for_servers", error=str(error)[:300])
            sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
