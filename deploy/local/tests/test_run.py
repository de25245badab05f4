import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from trackline_local.packages import SERVICES
from trackline_local.ports import port_for_another_run

from .helpers import Alive, Eventually, ReadOutput, Supervised


def programs(state: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((state / "run.json").read_text())["programs"]
    return known


def test_ready_tells_the_address_and_the_password_once(supervised: Supervised, until_ready: ReadOutput) -> None:
    first = supervised.start()
    output = until_ready(first)
    password = (supervised.state / "admin-password").read_text().strip()
    assert f"http://127.0.0.1:{supervised.port} — sign in as admin@example.org with {password}" in output
    first.terminate()
    assert first.wait(30) == 0

    again = until_ready(supervised.start())
    assert password not in again
    assert str(supervised.state / "admin-password") in again


def test_the_secrets_are_for_their_owner_only(supervised: Supervised, until_ready: ReadOutput) -> None:
    until_ready(supervised.start())
    assert (supervised.state / "admin-password").stat().st_mode & 0o777 == 0o600
    assert (supervised.state / "secret").stat().st_mode & 0o777 == 0o600
    assert supervised.state.stat().st_mode & 0o777 == 0o700


def test_a_given_password_reaches_the_gateway_and_is_not_kept(supervised: Supervised, until_ready: ReadOutput) -> None:
    output = until_ready(supervised.start(TRACKLINE_ADMIN_PASSWORD="given-by-hand"))
    assert httpx.get(f"http://127.0.0.1:{supervised.port}/").text == "given-by-hand"
    assert "given-by-hand" not in output
    assert not (supervised.state / "admin-password").exists()


@pytest.mark.timeout(180)
def test_sigterm_and_ctrl_c_end_every_program(supervised: Supervised, until_ready: ReadOutput, alive: Alive) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        run = supervised.start()
        until_ready(run)
        pids = [program["pid"] for program in programs(supervised.state).values()]
        # the gateway and the mailbox run beside the services
        assert len(pids) == len(SERVICES) + 2
        assert all(alive(pid) for pid in pids)
        run.send_signal(number)
        assert run.wait(60) == 0
        assert not any(alive(pid) for pid in pids)


def test_nothing_survives_a_killed_supervisor(
    supervised: Supervised, until_ready: ReadOutput, alive: Alive, eventually: Eventually
) -> None:
    run = supervised.start()
    until_ready(run)
    pids = [program["pid"] for program in programs(supervised.state).values()]
    run.kill()
    eventually(lambda: not any(alive(pid) for pid in pids), "programs outlived their supervisor")
    until_ready(supervised.start())


def test_a_crashed_program_is_started_again(
    supervised: Supervised, until_ready: ReadOutput, alive: Alive, eventually: Eventually, rest_of: ReadOutput
) -> None:
    run = supervised.start()
    until_ready(run)
    before = programs(supervised.state)
    os.kill(before["tickets"]["pid"], signal.SIGKILL)
    eventually(
        lambda: programs(supervised.state)["tickets"]["pid"] not in {None, before["tickets"]["pid"]}, "not restarted"
    )
    after = programs(supervised.state)
    eventually(lambda: _answers(after["tickets"]["ready_url"]), "the new one does not answer on the same port")
    assert after["gateway"]["pid"] == before["gateway"]["pid"]
    run.terminate()
    assert "ended with code -9, restarting it in 1 s" in rest_of(run)


def test_a_taken_port_is_a_sentence_with_its_holder(supervised: Supervised, rest_of: ReadOutput) -> None:
    with socket.create_server(("127.0.0.1", supervised.port)):
        run = supervised.start()
        output = rest_of(run)
        assert run.wait(30) == 1
    assert f"Port {supervised.port} is taken by" in output
    assert f"process {os.getpid()}" in output
    assert f"TRACKLINE_PORT={supervised.port + 1}" in output
    assert "Traceback" not in output


def test_a_second_start_names_the_first(supervised: Supervised, until_ready: ReadOutput, rest_of: ReadOutput) -> None:
    first = supervised.start()
    until_ready(first)
    second = supervised.start(TRACKLINE_PORT=str(port_for_another_run()))
    output = rest_of(second)
    assert second.wait(30) == 1
    assert f"already runs from {supervised.state}, at http://127.0.0.1:{supervised.port}" in output
    assert f"kill {first.pid}" in output


def test_a_program_that_ends_at_once_is_named_with_its_log(supervised: Supervised, rest_of: ReadOutput) -> None:
    run = supervised.start(TRACKLINE_STANDIN_FAILS="knowledge")
    output = rest_of(run)
    assert run.wait(30) == 1
    assert "knowledge ended with code 3" in output
    assert "no disk today" in output
    assert "Traceback" not in output


def test_without_java_it_goes_on_without_elasticsearch(
    supervised: Supervised, until_ready: ReadOutput, tmp_path: Path
) -> None:
    programs_found = tmp_path / "bin"
    programs_found.mkdir()
    (programs_found / "setpriv").symlink_to("/usr/bin/setpriv")
    run = supervised.start(TRACKLINE_ELASTICSEARCH_URL="", PATH=str(programs_found))
    output = until_ready(run)
    assert "Elasticsearch, the search needs default-jre-headless, and this machine has no apt-get" in output
    assert "search uses MongoDB" in output


def test_an_unusable_setting_is_a_sentence(supervised: Supervised, rest_of: ReadOutput) -> None:
    run = supervised.start(TRACKLINE_PORT="eighty")
    assert "TRACKLINE_PORT is 'eighty'" in rest_of(run)
    assert run.wait(30) == 1


def test_busy_health_ports_are_replaced(supervised: Supervised, until_ready: ReadOutput) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 9101))
            taken.listen()
        except OSError:
            pass  # another program has the port, which is the same case
        until_ready(supervised.start())
        assert programs(supervised.state)["tickets"]["ready_url"] != "http://127.0.0.1:9101/readyz"


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False
