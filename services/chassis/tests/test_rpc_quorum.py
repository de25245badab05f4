"""Calls in a virtual host whose default queue type is quorum, as docs/deploying.md recommends for a cluster."""

import os
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from trackline_chassis.settings import ChassisSettings
from trackline_schemas.context import CallContext
from trackline_testing.backends import own_backends
from trackline_testing.caller import Caller
from trackline_testing.waiting import wait_for

from .test_rpc import ALICE, Toy


@pytest.fixture(scope="module")
def settings() -> Iterator[ChassisSettings]:
    with own_backends("quorum") as found:
        yield found


@pytest.fixture(scope="module")
def toy(settings: ChassisSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    one = Toy(settings, tmp_path_factory.mktemp("toy"))
    one.start_and_wait()
    yield one
    one.kill()


def test_calls_are_answered_from_a_queue_that_survives_a_node(toy: Toy, settings: ChassisSettings) -> None:
    management = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"].rstrip("/")
    queues = httpx.get(f"{management}/api/queues/{settings.amqp_url.rpartition('/')[2]}", timeout=30).json()
    assert {queue["type"] for queue in queues if queue["durable"]} == {"quorum"}
    assert "rpc-toy" in {queue["name"] for queue in queues}
    with closing(Caller(settings.amqp_url, "toy")) as caller:
        waiting = [caller.send("refuse", CallContext(viewer=ALICE)) for _ in range(50)]
        assert {caller.answer(one) for one in waiting} == {"not_found"}


def test_a_call_whose_worker_was_killed_is_given_to_the_next_one(toy: Toy, settings: ChassisSettings) -> None:
    toy.forget()
    with closing(Caller(settings.amqp_url, "toy")) as caller:
        call = caller.send("slow", CallContext(viewer=ALICE, deadline=time.time() + 60), seconds=1, line="a")
        wait_for(lambda: toy.lines() == ["begin a"])
        toy.kill()
        toy.start_and_wait()
        assert caller.reply(call)["error"] is None
    assert toy.lines() == ["begin a", "begin a", "end a"]
