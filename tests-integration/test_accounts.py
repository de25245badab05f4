"""The whole product runs when each process signs in with an account of its own, and no account reads another's data."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conftest import QUICK
from harness.api import Api, wait_for
from harness.secured import SecuredMongoDB
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from trackline_chassis.accounts import PROCESSES
from trackline_local.servers import RabbitMQ
from trackline_local.system import Backends, System

pytestmark = pytest.mark.timeout(240)

NOT_AUTHORIZED, SIGN_IN_FAILED = 13, 18


@dataclass
class World:
    rabbitmq: RabbitMQ
    mongodb: SecuredMongoDB
    prefix: str
    passwords: dict[str, str]

    def set_accounts(self) -> None:
        """Runs the program as the container does."""
        given = {f"TRACKLINE_{process}_PASSWORD".upper(): self.passwords[process] for process in PROCESSES}
        given |= {
            "TRACKLINE_AMQP_URL": self.rabbitmq.url,
            "TRACKLINE_AMQP_MANAGEMENT_URL": self.rabbitmq.management_url,
            "TRACKLINE_MONGODB_URL": self.mongodb.admin_url,
            "TRACKLINE_DATABASE_PREFIX": self.prefix,
        }
        command = [sys.executable, "-m", "trackline_chassis.accounts"]
        subprocess.run(command, check=True, env={**os.environ, **given}, timeout=120)

    def of(self, process: str) -> dict[str, str]:
        """Returns the settings with which a process signs in as itself."""
        account = f"{process}:{self.passwords[process]}"
        return {
            "TRACKLINE_AMQP_URL": self.rabbitmq.url.replace("guest:guest", account),
            "TRACKLINE_MONGODB_URL": self.mongodb.url.replace("://", f"://{account}@"),
        }

    def read(self, process: str, database: str) -> int:
        with MongoClient[dict[str, Any]](self.of(process)["TRACKLINE_MONGODB_URL"]) as client:
            return client[f"{self.prefix}_{database}"]["anything"].count_documents({})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    # MongoDB limits the length of paths. Accounts belong to a whole RabbitMQ, so that it must be one of our own.
    folder, prefix = Path(tempfile.mkdtemp(prefix="trackline-it-")), f"it{uuid4().hex[:8]}"
    with RabbitMQ(folder / "rabbitmq") as rabbitmq, SecuredMongoDB(folder / "mongodb") as mongodb:
        one = World(rabbitmq, mongodb, prefix, {process: uuid4().hex for process in PROCESSES})
        one.set_accounts()
        yield one
    shutil.rmtree(folder)


def test_a_ticket_goes_through_all_processes(world: World, tmp_path: Path) -> None:
    backends = Backends(world.rabbitmq.url, world.mongodb.url, os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"])
    names = {"TRACKLINE_DATABASE_PREFIX": world.prefix, "TRACKLINE_INDEX_PREFIX": world.prefix}
    system = System(backends, tmp_path, environment={**QUICK, **names})
    for process in PROCESSES:
        program = system.programs[process]
        program.environment = {**(program.environment or {}), **world.of(process)}
    with system, Api.sign_in(system.url, system.administrator.email, system.administrator.password) as admin:
        admin.wait_for_starter_pack()
        with admin.new_person("Rita Requester") as rita:
            number = rita.new_ticket("My zeppelin projector flickers")["number"]
            admin.comment(number, "Please try the other cable.")
            wait_for(lambda: [hit["number"] for hit in rita.get("/search", q="zeppelin")["data"]] == [number])
            wait_for(lambda: any(entry["reason"] == "replied" for entry in rita.get("/notifications")["data"]))
            wait_for(lambda: admin.get("/analytics/summary")["total"]["created"] == 1)
            sent = rita.http.post("/files?name=a.txt", content=b"text").json()
            assert rita.http.get(f"/files/{sent['id']}").content == b"text"
        # Administrators look at dead letters through the gateway.
        assert admin.get("/health")["dead_letters"] == []
        refused = [line for log in (tmp_path / "logs").iterdir() for line in log.read_text().splitlines()
                   if "ACCESS_REFUSED" in line or "not authorized" in line]  # fmt: skip
        assert refused == []


@pytest.mark.parametrize(("process", "other"), list(permutations(PROCESSES, 2)))
def test_nobody_reads_the_database_of_another_process(world: World, process: str, other: str) -> None:
    assert world.read(process, process) == 0
    with pytest.raises(OperationFailure) as refused:
        world.read(process, other)
    assert refused.value.code == NOT_AUTHORIZED


def test_without_an_account_there_is_nothing_to_read(world: World) -> None:
    with MongoClient[dict[str, Any]](world.mongodb.url) as client, pytest.raises(OperationFailure):
        client[f"{world.prefix}_tickets"]["tickets"].find_one()


def test_a_repetition_sets_new_passwords(world: World) -> None:
    old = world.of("analytics")["TRACKLINE_MONGODB_URL"]
    world.passwords["analytics"] = uuid4().hex
    world.set_accounts()
    assert world.read("analytics", "analytics") == 0
    with MongoClient[dict[str, Any]](old) as client, pytest.raises(OperationFailure) as refused:
        client[f"{world.prefix}_analytics"]["anything"].find_one()
    assert refused.value.code == SIGN_IN_FAILED
