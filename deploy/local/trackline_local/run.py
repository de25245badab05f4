"""`make run`: installs what is missing, starts everything, and stays until Ctrl-C or SIGTERM."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from trackline_local import secret_files
from trackline_local.backing import Backing
from trackline_local.packages import SERVICES
from trackline_local.ports import claim, free_port, is_free, listener
from trackline_local.record import Record
from trackline_local.settings import RunSettings
from trackline_local.steps import Failure, need_space, say, warn
from trackline_local.system import Administrator, Backends, System
from trackline_local.watch import Watch

_HEALTH_PORTS = {name: 9101 + place for place, name in enumerate(SERVICES)}
# These are set for each program, so the supervisor's own values must not be passed on.
_OWN = {"TRACKLINE_HEALTH_PORT", "TRACKLINE_MAILBOX_PORT"} | {
    f"TRACKLINE_{name}".upper() for name in RunSettings.model_fields
}


class _Stopped(BaseException):
    """A signal asked the supervisor to stop."""


def run() -> None:
    settings = RunSettings.read()
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    need_space(settings.state, 1000, "Trackline's data")
    record = Record(settings.state)
    _on_signals(_stop)
    try:
        with record.lock():
            _run(settings, record)
    except _Stopped:
        say("stopped", "the data is kept; start again with `make run`")


def _run(settings: RunSettings, record: Record) -> None:
    record.end_leftovers()
    _check_port(settings.port)
    supervisor = Supervisor(settings, record)
    try:
        supervisor.watch(supervisor.start())
    finally:
        _on_signals(_wait)
        say("stopping", "Trackline and the servers it started")
        supervisor.stop()


class Supervisor:
    def __init__(self, settings: RunSettings, record: Record) -> None:
        self._settings = settings
        self._state = settings.state.resolve()
        self._record = record
        self._backing = Backing(settings, record.read().get("ports", {}))
        self._system: System | None = None

    def start(self) -> System:
        self._backing.launch()
        self._backing.wait_ready()
        administrator, made = self._administrator()
        self._system = system = self._make(self._backing.backends(), administrator)
        say("trackline", "starting the services and the gateway")
        system.launch()
        self._write_record(system)
        system.wait_ready()
        self._write_record(system)
        say("ready", f"{system.url} — sign in as {administrator.email} with {self._password_hint(made)}")
        return system

    def watch(self, system: System) -> None:
        everything = [*(server.process for server in self._backing.servers), *system.programs.values()]
        watch = Watch(everything, warn, time.monotonic())
        while True:
            time.sleep(0.2)
            if watch.look(time.monotonic()):
                self._write_record(system)

    def stop(self) -> None:
        if self._system:
            self._system.stop()
        self._backing.stop()

    def _make(self, backends: Backends, administrator: Administrator) -> System:
        passed_on = {
            key: value for key, value in os.environ.items() if key.startswith("TRACKLINE_") and key not in _OWN
        }
        secret, _ = secret_files.read_or_create(self._state / "secret")
        metrics_token, _ = secret_files.read_or_create(self._state / "metrics-token")
        encryption_key, _ = secret_files.read_or_create(self._state / "encryption-key")
        return System(
            backends,
            self._state,
            port=self._settings.port,
            health_ports={name: free_port(port) for name, port in _HEALTH_PORTS.items()},
            administrator=administrator,
            secret=secret,
            encryption_key=encryption_key,
            metrics_token=metrics_token,
            environment=passed_on,
        )

    def _administrator(self) -> tuple[Administrator, bool]:
        given = self._settings.admin_password
        password, made = (
            (given.get_secret_value(), False) if given else secret_files.read_or_create(self._password_file)
        )
        return Administrator(self._settings.admin_email, password), made

    @property
    def _password_file(self) -> Path:
        return self._state / "admin-password"

    def _password_hint(self, made: bool) -> str:
        if self._settings.admin_password:
            return "the password in TRACKLINE_ADMIN_PASSWORD (it is used at the first start only)"
        if made:
            return f"{self._password_file.read_text().strip()} (shown only this time, stored in {self._password_file})"
        return f"the password in {self._password_file}, unless it was changed"

    def _write_record(self, system: System) -> None:
        servers = self._backing.servers
        content = {
            "url": system.url,
            "ports": self._backing.ports(),
            "servers": {server.name: {"url": server.url, "pid": server.pid} for server in servers},
            "programs": {
                name: {"pid": program.pid, "ready_url": program.ready_url, "log": str(program.log)}
                for name, program in system.programs.items()
            },
        }
        pids = [*(server.pid for server in servers), *(program.pid for program in system.programs.values())]
        self._record.write(content, pids)


def _check_port(port: int) -> None:
    if not (is_free(port) and claim(port)):
        raise Failure(
            f"Port {port} is taken by {listener(port)}. Stop that, or choose another port: "
            f"TRACKLINE_PORT={port + 1} make run"
        )


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP, and that must stay so
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    _on_signals(_wait)
    raise _Stopped


def _wait(number: int, frame: FrameType | None) -> None:
    say("stopping", "still stopping, this takes up to 30 s")
