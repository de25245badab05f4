"""Starts Trackline's programs by forking processes that have imported their modules (trackline_testing.fork_server)."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from weakref import finalize

from trackline_local.process import Child, popen

SERVER = "trackline_testing.fork_server"
FORKED = ("gateway", "gateway.mailbox", "trackline_chassis")


class Fork:
    """A process that a fork server started, as subprocess.Popen shows its own. `channel` is an open file."""

    def __init__(self, pid: int, channel: int) -> None:
        self.pid = pid
        self._channel = channel
        self._close = finalize(self, os.close, channel)
        self._code: int | None = None

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """`timeout` is in seconds. Raises subprocess.TimeoutExpired."""
        if self._code is None:
            readable, _, _ = select.select([self._channel], [], [], timeout)
            if not readable:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            status = os.read(self._channel, 4)
            self._close()
            # If the server was killed, nobody knows how its processes ended.
            self._code = os.waitstatus_to_exitcode(int.from_bytes(status, "little")) if status else -signal.SIGKILL
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class ForkServer:
    """It ends when nobody holds this object any more."""

    def __init__(self, command: Sequence[str], modules: str | None = None) -> None:
        """`modules` is the PYTHONPATH."""
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._output = TemporaryFile()  # noqa: SIM115 - it is open as long as this object lives
        with theirs:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-u", "-m", SERVER, *command],
                stdin=theirs.fileno(),
                stdout=self._output,
                stderr=subprocess.STDOUT,
                env=os.environ | ({"PYTHONPATH": modules} if modules else {}),
                start_new_session=True,
            )
        finalize(self, _end, self._requests, process, self._output)

    def start(self, log: IO[bytes], environment: Mapping[str, str], folder: Path | None) -> Fork:
        message = json.dumps({"environment": dict(environment), "folder": str(folder or Path.cwd())})
        channel, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._requests, [message.encode()], [log.fileno(), theirs.fileno()])
        pid = channel.recv(4)
        fork = Fork(int.from_bytes(pid, "little"), channel.detach())
        if not pid:
            self._output.seek(0)
            raise RuntimeError(f"the fork server has ended:\n{self._output.read().decode(errors='replace')}")
        return fork


def _end(requests: socket.socket, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    requests.close()
    process.wait()
    output.close()


_server = cache(ForkServer)


def spawn(command: Sequence[str], log: IO[bytes], environment: Mapping[str, str] | None, folder: Path | None) -> Child:
    """Forks the gateway and the services, and starts other programs anew."""
    if environment is None or list(command[:2]) != [sys.executable, "-m"] or command[2] not in FORKED:
        return popen(command, log, environment, folder)
    return _server(tuple(command[2:]), environment.get("PYTHONPATH")).start(log, environment, folder)
