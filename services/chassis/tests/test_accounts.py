"""Each process has an account of its own, which can read nothing of the others. The accounts of MongoDB, and the whole
product with all accounts, are tested in tests-integration/test_accounts.py."""

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import permutations
from threading import Thread
from typing import Any

import httpx
import pytest
from amqp.exceptions import AccessRefused
from kombu.exceptions import OperationalError

from trackline_chassis import accounts
from trackline_chassis.accounts import PROCESSES, RPC_EXCHANGE, AccountSettings, permissions, set_rabbitmq
from trackline_chassis.amqp import BROKER_DOWN, connect, declare_topology
from trackline_chassis.settings import ChassisSettings
from trackline_schemas import topology

PASSWORDS: dict[str, Any] = {f"{process}_password": f"secret of {process}/1" for process in PROCESSES}


def account_settings(chassis: ChassisSettings, **changed: Any) -> AccountSettings:
    management = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"]
    return AccountSettings(**chassis.model_dump(), **{"amqp_management_url": management, **PASSWORDS, **changed})


def url_of(process: str, chassis: ChassisSettings, password: str | None = None) -> str:
    secret = (password or PASSWORDS[f"{process}_password"]).replace(" ", "%20").replace("/", "%2F")
    return chassis.amqp_url.replace("guest:guest", f"{process}:{secret}")


@pytest.fixture
def broker(settings: ChassisSettings) -> Iterator[ChassisSettings]:
    yield settings
    management = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"]
    for process in PROCESSES:
        httpx.delete(f"{management}/api/users/{process}", timeout=30)


def may(work: str, url: str, *arguments: Any, **named: Any) -> bool:
    """Tells whether a channel of this account carries out the work."""
    with connect(url) as connection:
        try:
            getattr(connection.channel(), work)(*arguments, **named)
        except AccessRefused:
            return False
    return True


def test_every_process_declares_the_topology_with_its_account(broker: ChassisSettings) -> None:
    set_rabbitmq(account_settings(broker))
    for process in PROCESSES:
        with connect(url_of(process, broker)) as connection:
            channel = connection.channel()
            channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
            declare_topology(channel)


@pytest.mark.parametrize(("process", "other"), list(permutations(PROCESSES, 2)))
def test_nobody_reads_what_is_for_another_process(broker: ChassisSettings, process: str, other: str) -> None:
    set_rabbitmq(account_settings(broker))
    url = url_of(process, broker)
    assert may("basic_get", url, f"{process}.events")
    assert not may("basic_get", url, f"{other}.events")
    assert not may("queue_purge", url, f"{other}.events")
    assert not may("queue_declare", url, f"rpc-{other}", durable=True, auto_delete=False)


def test_only_the_gateway_reads_dead_letters_and_answers(broker: ChassisSettings) -> None:
    set_rabbitmq(account_settings(broker))
    for process in PROCESSES:
        url, gateway = url_of(process, broker), process == "gateway"
        assert may("basic_get", url, topology.DEAD_LETTERS) == gateway
        assert may("queue_declare", url, "rpc.reply-gateway-1", exclusive=True) == gateway
        assert may("queue_declare", url, "", exclusive=True) == gateway


def test_an_account_has_no_rights_in_another_virtual_host(broker: ChassisSettings) -> None:
    set_rabbitmq(account_settings(broker))
    with pytest.raises(BROKER_DOWN):
        connect(url_of("tickets", broker).rpartition("/")[0] + "/")


def test_without_the_accounts_program_the_owner_of_a_queue_comes_first(broker: ChassisSettings) -> None:
    """As during an update that brings new queues."""
    set_rabbitmq(account_settings(broker))
    with connect(broker.amqp_url) as connection:
        connection.channel().queue_delete("analytics.events")
    for process, allowed in (("tickets", False), ("analytics", True), ("tickets", True)):
        with connect(url_of(process, broker)) as connection:
            try:
                declare_topology(connection.channel())
                assert allowed
            except AccessRefused:
                assert not allowed


def test_a_repetition_sets_new_passwords(broker: ChassisSettings) -> None:
    set_rabbitmq(account_settings(broker))
    set_rabbitmq(account_settings(broker, knowledge_password="new"))
    connect(url_of("knowledge", broker, "new")).close()
    connect(url_of("tickets", broker)).close()
    with pytest.raises((AccessRefused, OperationalError)):
        connect(url_of("knowledge", broker))


def test_every_process_that_consumes_has_a_password() -> None:
    given = {name.removesuffix("_password") for name in AccountSettings.model_fields if name.endswith("_password")}
    assert given == set(PROCESSES)


@pytest.mark.parametrize("process", PROCESSES)
def test_patterns_match_names_as_a_whole(process: str) -> None:
    assert all(pattern.startswith("^(") and pattern.endswith(")$") for pattern in permissions(process).values())


class SearchServer(HTTPServer):
    """Records PUT requests as (path, user, body), and answers them with `status`."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Any]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Recorder)
        Thread(target=self.serve_forever, daemon=True).start()


class Recorder(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        assert isinstance(self.server, SearchServer)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        login = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.server.seen.append((self.path, login, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def search() -> Iterator[SearchServer]:
    server = SearchServer()
    yield server
    server.shutdown()
    server.server_close()


def search_settings(search: SearchServer) -> AccountSettings:
    url = f"http://elastic:p%40ss@127.0.0.1:{search.server_port}"
    return AccountSettings(elasticsearch_url=url, index_prefix="desk", **PASSWORDS)


def test_knowledge_gets_an_account_for_its_own_indices(search: SearchServer) -> None:
    accounts.set_elasticsearch(search_settings(search))
    role = {"cluster": ["monitor"], "indices": [{"names": ["desk-*"], "privileges": ["all"]}]}
    account = {"password": "secret of knowledge/1", "roles": ["trackline"]}
    assert search.seen == [
        ("/_security/role/trackline", "elastic:p@ss", role),
        ("/_security/user/knowledge", "elastic:p@ss", account),
    ]


def test_without_elasticsearch_there_is_nothing_to_do(search: SearchServer) -> None:
    accounts.set_elasticsearch(AccountSettings(**PASSWORDS))
    assert search.seen == []


def test_a_server_that_refuses_is_reported_after_the_wait(
    search: SearchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("set_rabbitmq", "set_mongodb"):
        monkeypatch.setattr(accounts, other, lambda settings: None)
    search.status = 401
    with pytest.raises(OSError, match="401"):
        accounts.ensure(search_settings(search), 0.1)
    assert len(search.seen) >= 1
