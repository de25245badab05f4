import hashlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx

from trackline_local import tools
from trackline_local.ports import free_port
from trackline_local.process import Process
from trackline_local.servers.base import Server

_PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"
# Otherwise other machines could reach the port by which Erlang's nodes talk to one another.
_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"
_EPMD_ATTEMPTS = 30


class RabbitMQ(Server):
    """A private node with its own name, cookie and epmd, so that it never meets a node that the system runs."""

    name = "RabbitMQ"
    setting = "TRACKLINE_AMQP_URL"

    def __init__(self, folder: Path, port: int | None = None, log: Path | None = None) -> None:
        super().__init__(folder, port, log)
        self.management_port = free_port()
        self.prometheus_port = free_port()
        self._distribution_port = free_port()
        self._epmd_port = free_port()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    @property
    def management_url(self) -> str:
        return f"http://guest:guest@127.0.0.1:{self.management_port}"

    def answers(self) -> bool:
        return self.speaks_amqp() and self._manages()

    def stop(self, seconds: float = 30) -> None:
        super().stop(seconds)
        self._end_epmd(self._epmd_port)

    def kill(self) -> None:
        super().kill()
        self._end_epmd(self._epmd_port)

    def alarm(self, resource: str, raised: bool) -> None:
        """Makes the node believe that its "memory" or "disk" is full, or ends that."""
        limits = {
            ("memory", True): ("set_vm_memory_high_watermark", "absolute", "1000"),
            ("memory", False): ("set_vm_memory_high_watermark", "0.6"),
            ("disk", True): ("set_disk_free_limit", "1000000000000000"),
            ("disk", False): ("set_disk_free_limit", "50000000"),
        }
        command = [str(tools.rabbitmq().with_name("rabbitmqctl")), *limits[resource, raised]]
        subprocess.run(command, check=True, capture_output=True, env=self._environment(), timeout=60)

    def speaks_amqp(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(_PROTOCOL_HEADER)
                return connection.recv(1) == _METHOD_FRAME
        except OSError:
            return False

    def _manages(self) -> bool:
        try:
            answer = httpx.get(f"{self.management_url}/api/overview", timeout=3)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def _end_epmd(self, port: int) -> None:
        # The Erlang port mapper is a separate daemon that outlives the node. It refuses to stop while a node uses it,
        # and on a busy machine it learns only a moment later that the node has ended.
        epmd = shutil.which("epmd")
        if epmd is None:
            return
        command = [epmd, "-port", str(port), "-kill"]
        for _ in range(_EPMD_ATTEMPTS):
            answer = subprocess.run(command, check=False, capture_output=True, env=self._environment())
            if b"not allowed" not in answer.stdout + answer.stderr:
                return
            time.sleep(0.1)

    def _end_epmd_of_killed_run(self) -> None:
        known = self.folder / "epmd-port"
        if known.exists():
            self._end_epmd(int(known.read_text()))
        known.write_text(str(self._epmd_port))

    def _prepare(self) -> Process:
        program = tools.rabbitmq()
        self._end_epmd_of_killed_run()
        lines = {
            "listeners.tcp.1": f"127.0.0.1:{self.port}",
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": self.management_port,
            "prometheus.tcp.ip": "127.0.0.1",
            "prometheus.tcp.port": self.prometheus_port,
        }
        text = "".join(f"{key} = {value}\n" for key, value in lines.items())
        (self.folder / "rabbitmq.conf").write_text(text)
        (self.folder / "plugins").write_text(_PLUGINS)
        return Process(self.name, [str(program)], self._log, self._environment())

    def _environment(self) -> dict[str, str]:
        unique = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        folder = str(self.folder)
        return {
            **os.environ,
            "HOME": folder,
            "RABBITMQ_NODENAME": f"trackline-{unique}@localhost",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "ERL_CRASH_DUMP": f"{folder}/log/erl_crash.dump",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _LOOPBACK,
            "RABBITMQ_CTL_ERL_ARGS": _LOOPBACK,
        }
