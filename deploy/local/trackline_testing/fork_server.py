"""A process that has imported a program's modules and starts the program by forking. trackline_testing.forks uses it.

Usage: python -m trackline_testing.fork_server PROGRAM [ARGUMENT …], with a Unix socket as standard input. Each message
is JSON {"environment", "folder"} with two open files: the log, and a socket of the new process. The server answers on
that socket with the process id and, after the end, with the status of waitpid, each as 4 bytes. The new process does
not outlive the server, nor the server its starter.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

# eventlet replaces these functions when a service is imported, and the server must not run in its event loop.
_poll, _waitpid, _write = select.poll, os.waitpid, os.write
MOST_BYTES = 1_000_000
PR_SET_PDEATHSIG = 1


def preload(program: str, arguments: list[str]) -> None:
    """Imports what `python -m PROGRAM ARGUMENT …` would import, without running it."""
    if program == "trackline_chassis":
        import_module("eventlet").monkey_patch()
        import_module("trackline_chassis.runner")
        import_module(f"{arguments[0]}.entrypoint")
    else:
        import_module(f"{program}.__main__")
        # Otherwise runpy warns of it.
        del sys.modules[f"{program}.__main__"]


class Server:
    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._ready = _poll()
        self._ready.register(requests.fileno(), select.POLLIN)
        # pidfd → (process id, its socket)
        self._running: dict[int, tuple[int, int]] = {}

    def next_request(self) -> dict[str, Any] | None:
        """Returns in each new process, with what to run there; and with None in the server when its starter has
        ended."""
        while True:
            for ready, _ in self._ready.poll():
                if ready in self._running:
                    self._report_end(ready)
                    continue
                message, files, _, _ = socket.recv_fds(self._requests, MOST_BYTES, 2)
                if not message:
                    return None
                if self._fork(*files):
                    request: dict[str, Any] = json.loads(message)
                    return request

    def _report_end(self, pidfd: int) -> None:
        pid, channel = self._running.pop(pidfd)
        _, status = _waitpid(pid, 0)
        self._ready.unregister(pidfd)
        os.close(pidfd)
        _tell(channel, status)
        os.close(channel)

    def _fork(self, log: int, channel: int) -> bool:
        """Returns whether this is the new process."""
        # The new process must not ask for its parent: the server may have ended before it gets to run.
        server = os.getpid()
        pid = os.fork()
        if pid:
            os.close(log)
            pidfd = os.pidfd_open(pid)
            self._running[pidfd] = (pid, channel)
            self._ready.register(pidfd, select.POLLIN)
            _tell(channel, pid)
            return False
        self._close(channel)
        _detach(log, server)
        return True

    def _close(self, channel: int) -> None:
        self._requests.close()
        for pidfd, (_, other) in self._running.items():
            os.close(pidfd)
            os.close(other)
        os.close(channel)


def _tell(channel: int, number: int) -> None:
    # The starter may no longer want to know.
    with suppress(BrokenPipeError):
        _write(channel, number.to_bytes(4, "little"))


def _detach(log: int, server: int) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != server:
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(log)


def main() -> None:
    program, *arguments = sys.argv[1:]
    server = Server(socket.socket(fileno=os.dup(0)))
    preload(program, arguments)
    # The new processes share these pages until somebody writes to them.
    gc.freeze()
    request = server.next_request()
    if request is None:
        return
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
