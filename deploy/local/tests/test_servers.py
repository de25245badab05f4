import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient

from trackline_local.servers import Elasticsearch, MongoDB, RabbitMQ, Server
from trackline_local.steps import Failure
from trackline_local.throwaway import servers_in
from trackline_testing.amounts import amount

from .helpers import Alive, Eventually

pytestmark = pytest.mark.timeout(180)  # these are real servers, on a machine that may be busy


def store(server: MongoDB, number: int) -> None:
    with MongoClient[dict[str, Any]](server.url) as client:
        client.a.b.insert_one({"_id": number})


def stored(server: MongoDB) -> list[int]:
    with MongoClient[dict[str, Any]](server.url) as client:
        return [document["_id"] for document in client.a.b.find()]


def test_mongodb_keeps_port_and_data_through_a_kill(tmp_path: Path) -> None:
    with MongoDB(tmp_path, cache_gigabytes=0.25) as server:
        before = server.url
        store(server, 1)
        server.kill()
        assert not server.running
        server.start()
        assert server.url == before
        assert stored(server) == [1]


def test_mongodb_moves_to_another_port_with_its_data(tmp_path: Path) -> None:
    with MongoDB(tmp_path, cache_gigabytes=0.25) as first:
        store(first, 1)
    with MongoDB(tmp_path, cache_gigabytes=0.25) as second:
        assert second.port != first.port
        assert stored(second) == [1]


def test_rabbitmq_leaves_no_process_behind(tmp_path: Path, alive: Alive, eventually: Eventually) -> None:
    with RabbitMQ(tmp_path) as server:
        assert server.pid
        family = [child.pid for child in psutil.Process(server.pid).children(recursive=True)]
        family += [process.pid for process in psutil.process_iter() if _is_epmd_of(process, server)]
        assert len(family) >= 2
    eventually(lambda: not any(map(alive, family)), "a process of the node is still there")


def test_rabbitmq_listens_on_loopback_only(tmp_path: Path) -> None:
    """Clients, management, figures, the nodes of Erlang and their port mapper."""
    with RabbitMQ(tmp_path) as server:
        assert server.pid
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
        family += [process for process in psutil.process_iter() if _is_epmd_of(process, server)]
        listening = [
            one.laddr for process in family for one in process.net_connections("inet") if one.status == "LISTEN"
        ]
    assert len(listening) >= 5
    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}


def test_rabbitmq_ends_the_port_mapper_of_a_killed_run(tmp_path: Path, alive: Alive, eventually: Eventually) -> None:
    killed = RabbitMQ(tmp_path)
    killed.start()
    [left] = [process.pid for process in psutil.process_iter() if _is_epmd_of(process, killed)]
    killed.process.kill()
    assert alive(left)
    with RabbitMQ(tmp_path):
        eventually(lambda: not alive(left), "the old port mapper is still there")


def test_a_server_that_cannot_start_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "storage.bson").write_text("not a database")
    server = MongoDB(tmp_path)
    with pytest.raises(Failure, match=r"(?s)MongoDB ended with code .* set TRACKLINE_MONGODB_URL"):
        server.start()


def test_measurements_use_what_make_run_uses(tmp_path: Path) -> None:
    """Their figures would otherwise be those of servers that nobody runs."""
    alike = [MongoDB(tmp_path / "mongodb"), Elasticsearch(tmp_path / "elasticsearch")]
    as_in_make_run = [_command(one) for one in alike]
    assert [_command(one) for one in servers_in(tmp_path, measured=True)[1:]] == as_in_make_run
    assert [_command(one) for one in servers_in(tmp_path, measured=False)[1:]] != as_in_make_run


def _command(server: Server) -> list[str]:
    return [part.replace(str(server.port), "PORT") for part in server.process.command]


# The handler of SIGTERM and SIGHUP raises what Python raises for SIGINT.
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP][: amount("STOP_SIGNALS", short=1, long=3)]
)
def test_throw_away_servers_go_with_their_command(
    tmp_path: Path, number: signal.Signals, alive: Alive, eventually: Eventually
) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "trackline_local", "with-servers", "--", "sh", "-c", "echo started; sleep 600"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert run.stdout
    while run.stdout.readline() not in {"started\n", ""}:
        pass
    family = [child.pid for child in psutil.Process(run.pid).children(recursive=True)]
    assert len(family) >= 5
    os.killpg(run.pid, number)
    assert run.wait(90) == 130
    run.stdout.close()
    eventually(lambda: not [pid for pid in family if alive(pid)], "a process was left behind")
    assert list(tmp_path.iterdir()) == []


def _is_epmd_of(process: psutil.Process, server: RabbitMQ) -> bool:
    try:
        return process.name() == "epmd" and process.environ().get("HOME") == str(server.folder)
    except psutil.Error:
        return False
