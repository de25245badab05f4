"""Serves /livez, /readyz and /metrics on a separate port, so that a service with busy workers does not look dead."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from threading import Event as Stop
from threading import Thread
from time import monotonic
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import orjson
from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from trackline_chassis.metrics import READY

Check = Callable[[], object]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

EVERY_SECONDS = 2.0
NOT_READY_SECONDS = 0.1
STALE_SECONDS = 15.0


class Readiness:
    """Runs the checks in turn, in the background. The answer of a check that hangs becomes stale, which counts as not
    ready. The gauge of each check is read from these answers, and that of "service" is 0 until there are checks."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._answers: dict[str, tuple[float, str]] = {}
        READY.labels("service").set_function(lambda: float(bool(self._checks)))

    def add(self, checks: Mapping[str, Check]) -> None:
        self._checks.update(checks)
        for name in checks:
            READY.labels(name).set_function(partial(self._value, name))

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            for name, check in list(self._checks.items()):
                self._answers[name] = (monotonic(), _run_check(check))
            stop.wait(EVERY_SECONDS if is_ready(self.state()) else NOT_READY_SECONDS)

    def state(self) -> dict[str, str]:
        """Maps each check to "ok" or to what is wrong, and to "starting" before the first round."""
        return {name: self._answer(name) for name in self._checks} or {"service": "starting"}

    def _value(self, name: str) -> float:
        return float(self._answer(name) == "ok")

    def _answer(self, name: str) -> str:
        asked, answer = self._answers.get(name, (monotonic(), "starting"))
        return answer if monotonic() - asked < STALE_SECONDS else "no answer"


def is_ready(state: Mapping[str, str]) -> bool:
    return all(answer == "ok" for answer in state.values())


def serve(host: str, port: int, readiness: Readiness) -> WSGIServer:
    """Starts the server in its own thread. With port 0 the system chooses a free one: see `server_port`."""
    server = make_server(host, port, _application(readiness), ThreadingWSGIServer, _Silent)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def _application(readiness: Readiness) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    metrics: Callable[..., Iterable[bytes]] = make_wsgi_app()

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/livez":
                return _json(start_response, "200 OK", {"service": "alive"})
            case "/readyz":
                state = readiness.state()
                return _json(start_response, "200 OK" if is_ready(state) else "503 Service Unavailable", state)
            case "/metrics":
                return metrics(environ, start_response)
            case _:
                return _json(start_response, "404 Not Found", {"known": "/livez /readyz /metrics"})

    return application


def _json(start_response: StartResponse, status: str, body: Mapping[str, str]) -> list[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [orjson.dumps(body)]


def _run_check(check: Check) -> str:
    try:
        check()
    except Exception as error:  # a check may raise anything, and that is its answer
        return f"{type(error).__name__}: {error}"[:200]
    return "ok"


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Does not log, because probes come every few seconds."""
