"""The RPC client on a real broker."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient, _decode
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import TicketChanges, UpdateTicket
from trackline_schemas.viewer import Viewer

from .responder import Gate, Responder
from .waiting import until

ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def context(seconds: float = 5.0) -> CallContext:
    return CallContext(viewer=Viewer(id="u1", teams={"t1": "reply"}), request_id="r1", deadline=time.time() + seconds)


async def call(rpc: RpcClient, seconds: float = 5.0, *, read: bool = False, **arguments: Any) -> Any:
    return await rpc.call("echo", "say", arguments, context(seconds), ANYTHING, read=read)


async def failure(awaitable: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await awaitable
    return caught.value


async def drop_connections(management: httpx.AsyncClient, vhost: str) -> None:
    """Waits until the management API lists the connections, and then closes them."""

    async def drop() -> bool:
        names = [one["name"] for one in (await management.get(f"/api/vhosts/{vhost}/connections")).json()]
        for name in names:
            await management.delete(f"/api/connections/{name}")
        return bool(names)

    await until(drop, 20)


async def test_the_wire_format(rpc: RpcClient, responder: Responder) -> None:
    command = UpdateTicket(changes=TicketChanges(assignee_id=None))
    assert await call(rpc, number="INC-1", command=command) == {
        "number": "INC-1",
        "command": {"changes": {"assignee_id": None}},
    }
    message = responder.messages[0]
    assert message.exchange == "nameko-rpc"
    assert message.routing_key == "echo.say"
    assert message.content_type == "application/json"
    assert message.delivery_mode == 1
    assert isinstance(message.expiration, float)
    assert 0 < message.expiration <= 5
    assert json.loads(message.body)["args"] == []
    sent = CallContext.model_validate_json(str(message.headers["nameko.context"]))
    assert sent.viewer.teams == {"t1": "reply"}
    assert sent.request_id == "r1"


async def test_an_error_of_the_service_arrives_unchanged(rpc: RpcClient, responder: Responder) -> None:
    refusal = refuse(reasons.tickets.FIELDS_CHANGED_MEANWHILE, detail={"theirs": 8}, fields=["state"])

    async def refusing(method: str, arguments: dict[str, Any]) -> Any:
        raise refusal

    responder.handler = refusing
    error = await failure(call(rpc))
    assert error.args == refusal.args
    assert (error.reason, error.params) == ("fields_changed_meanwhile", {"fields": ["state"]})


@pytest.mark.parametrize(("read", "code"), [(False, "outcome_unknown"), (True, "unavailable")])
async def test_only_a_write_has_an_unknown_outcome(rpc: RpcClient, responder: Responder, read: bool, code: str) -> None:
    async def cut_off(method: str, arguments: dict[str, Any]) -> Any:
        raise refuse(reasons.bus.CONNECTION_LOST)

    responder.handler = cut_off
    assert (await failure(call(rpc, read=read))).code == code


async def test_an_error_from_an_older_version_of_a_service_has_no_reason() -> None:
    fields = {"exc_type": "ServiceError", "exc_args": ["conflict", "It was so.", {"number": "INC-7"}], "value": ""}
    with pytest.raises(ServiceError) as caught:
        _decode(json.dumps({"result": None, "error": fields}).encode(), "tickets", "get")
    assert (caught.value.code, caught.value.message, caught.value.reason) == ("conflict", "It was so.", "")


async def test_an_answer_that_violates_its_contract_is_an_internal_error(rpc: RpcClient, responder: Responder) -> None:
    error = await failure(rpc.call("echo", "say", {}, context(), TypeAdapter(int), read=True))
    assert error.code == "internal"


async def test_a_service_that_never_ran_is_unavailable_at_once(rpc: RpcClient) -> None:
    started = time.monotonic()
    error = await failure(rpc.call("nobody", "say", {}, context(60), ANYTHING, read=True))
    assert error.code == "unavailable"
    assert time.monotonic() - started < 30


async def test_a_stopped_service_is_unavailable_within_a_second(rpc: RpcClient, responder: Responder) -> None:
    await call(rpc)
    await responder.stop()
    stopped = time.monotonic()

    async def refused() -> bool:
        return (await failure(call(rpc, 0.1))).code == "unavailable"

    await until(refused)
    assert time.monotonic() - stopped < 4
    await responder.start()
    assert await answers(rpc)


async def answers(rpc: RpcClient) -> bool:
    try:
        return bool(await call(rpc, alive=True))
    except ServiceError:
        return False


async def test_a_call_past_its_deadline_does_not_run_later(rpc: RpcClient, responder: Responder) -> None:
    await call(rpc)
    await responder.stop()
    # For a second the service still counts as running, so the call is published and waits in the queue.
    started = time.monotonic()
    error = await failure(call(rpc, 0.3, late=True))
    assert error.code == "timeout"
    assert time.monotonic() - started < 30
    again = Responder(responder._url, "echo")
    await again.start()
    await until(lambda: answers(rpc))
    await again.stop()
    assert [arguments for _, arguments in again.calls if "late" in arguments] == []


async def test_a_deadline_that_has_passed_is_not_published(rpc: RpcClient, responder: Responder) -> None:
    assert (await failure(call(rpc, -1.0))).code == "timeout"
    await call(rpc)
    assert len(responder.calls) == 1


async def test_a_late_reply_is_ignored(rpc: RpcClient, responder: Responder) -> None:
    responder.handler = gate = Gate()
    assert (await failure(call(rpc, 0.2, first=True))).code == "timeout"
    gate.open.set()
    assert await call(rpc, second=True) == {"second": True}


async def test_a_lost_connection_leaves_the_outcome_of_a_write_unknown(
    rpc: RpcClient, responder: Responder, management: httpx.AsyncClient, vhost: str
) -> None:
    responder.handler = Gate()
    waiting = asyncio.create_task(failure(call(rpc, 30.0)))
    await until(lambda: responder.calls)
    await drop_connections(management, vhost)
    error = await waiting
    assert error.code == "outcome_unknown"
    assert "the same Idempotency-Key" in error.message
    assert len(responder.calls) == 1


async def test_after_a_lost_connection_a_read_is_repeated_once(
    rpc: RpcClient, responder: Responder, management: httpx.AsyncClient, vhost: str
) -> None:
    responder.handler = Gate()
    waiting = asyncio.create_task(call(rpc, 30.0, read=True, hello=1))
    await until(lambda: responder.calls)
    again = Responder(responder._url, "echo")
    drop = asyncio.create_task(drop_connections(management, vhost))
    await until(lambda: not rpc.up, 20)
    await again.start()
    await drop
    assert await waiting == {"hello": 1}
    # RabbitMQ also redelivers the first call, because nobody acknowledged it.
    assert [message.redelivered for message in again.messages].count(False) == 1
    await again.stop()


async def test_a_broken_channel_is_opened_again(
    rpc: RpcClient, responder: Responder, management: httpx.AsyncClient, vhost: str
) -> None:
    """RabbitMQ closes a channel that publishes to an exchange that does not exist."""
    await call(rpc)
    await management.delete(f"/api/exchanges/{vhost}/nameko-rpc")
    assert (await failure(call(rpc))).code in ("outcome_unknown", "unavailable")
    await until(lambda: rpc.up)
    await responder.stop()
    await responder.start()
    await until(lambda: answers(rpc))


async def test_calls_fail_at_once_while_there_is_no_broker() -> None:
    broker, rpc = Broker("amqp://guest:guest@127.0.0.1:1/"), RpcClient()
    broker.add(rpc)
    broker.start()
    started = time.monotonic()
    assert (await failure(call(rpc, 60))).code == "unavailable"
    assert time.monotonic() - started < 30
    await broker.close()


async def test_500_calls_at_once(rpc: RpcClient, responder: Responder) -> None:
    answers = await asyncio.gather(*(call(rpc, 60.0, n=n) for n in range(500)))
    assert answers == [{"n": n} for n in range(500)]


async def test_too_many_calls_at_once_are_refused(amqp_url: str, responder: Responder) -> None:
    broker, rpc = Broker(amqp_url), RpcClient(concurrency=5)
    broker.add(rpc)
    broker.start()
    await until(lambda: rpc.up)
    responder.handler = gate = Gate()
    waiting = [asyncio.create_task(call(rpc)) for _ in range(5)]
    await until(lambda: len(responder.calls) == 5)
    assert (await failure(call(rpc))).code == "unavailable"
    gate.open.set()
    await asyncio.gather(*waiting)
    await broker.close()


@pytest.mark.parametrize("value", [2**70, "\ud800"])
async def test_values_that_cannot_be_encoded_are_refused(rpc: RpcClient, responder: Responder, value: Any) -> None:
    assert (await failure(call(rpc, value=value))).code == "invalid"
    assert responder.calls == []
