"""Runs a revision as its own system, with its own checkout, Python packages, processes and data."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import cpu
from bench.production import INTERVALS
from trackline_local.ports import port_for_another_run
from trackline_local.program import Program
from trackline_local.system import Administrator
from trackline_testing.backends import virtual_host

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
# With "own", each revision starts an Elasticsearch of its own, as its `make run` does, instead of using the shared one.
OWN_ELASTICSEARCH = os.environ.get("BENCH_ELASTICSEARCH") == "own"


@dataclass(frozen=True)
class Running:
    """`pids` has its processes and the servers that it shares with others."""

    name: str
    url: str
    administrator: Administrator
    pids: Mapping[str, int]


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path]:
    """Yields a work tree of a commit in `folder`, with everything that its `make environment` installs."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), revision], check=True)
    try:
        subprocess.run(["make", "--no-print-directory", "-C", str(folder), "environment"], check=True)
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


@contextmanager
def running(name: str, tree: Path, state: Path, extra: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Starts the checkout's own `make run` on the shared servers, with a virtual host, databases and an index that
    are named `name`. `extra` is added to the environment of its processes."""
    with virtual_host(name) as amqp_url:
        port, administrator = port_for_another_run(), Administrator("admin@example.org", "a password of the bench")
        environment = {**_environment(name, state, amqp_url, port, administrator), **(extra or {})}
        command = [str(tree / ".venv/bin/python"), "-m", "trackline_local", "run"]
        url = f"http://127.0.0.1:{port}"
        program = Program(name, command, state / "run.log", environment, tree, f"{url}/readyz")
        try:
            program.start()
            program.wait_ready(START_SECONDS)
            known = json.loads((state / "run.json").read_text())
            pids = {program: one["pid"] for program, one in known["programs"].items()}
            own = {server: one["url"] for server, one in known["servers"].items()}
            search = own.get("Elasticsearch") or environment["TRACKLINE_ELASTICSEARCH_URL"]
            servers = cpu.servers(amqp_url, environment["TRACKLINE_MONGODB_URL"], search)
            yield Running(name, url, administrator, {**pids, **servers})
        finally:
            program.stop(40)
            shutil.rmtree(state, ignore_errors=True)


def _environment(name: str, state: Path, amqp_url: str, port: int, administrator: Administrator) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TRACKLINE_")}
    search = {"TRACKLINE_ELASTICSEARCH_URL": os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"]}
    return {
        **inherited,
        **INTERVALS,
        # Without a fixed order of hashes, two starts of one revision differ by a few percent.
        "PYTHONHASHSEED": "0",
        "TRACKLINE_PORT": str(port),
        "TRACKLINE_STATE": str(state),
        "TRACKLINE_ADMIN_EMAIL": administrator.email,
        "TRACKLINE_ADMIN_PASSWORD": administrator.password,
        "TRACKLINE_AMQP_URL": amqp_url,
        "TRACKLINE_MONGODB_URL": os.environ["TRACKLINE_TEST_MONGODB_URL"],
        **({} if OWN_ELASTICSEARCH else search),
        "TRACKLINE_DATABASE_PREFIX": name,
        "TRACKLINE_INDEX_PREFIX": name,
    }
