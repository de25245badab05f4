"""nameko's RPC with typed arguments, deadlines and cheap replies, which are serialized once, transient and
unconfirmed."""

import inspect
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial, wraps
from threading import Lock
from time import monotonic, sleep, time
from typing import Any, get_type_hints

import orjson
import structlog
from amqp import spec
from amqp.basic_message import Message
from kombu import Connection
from nameko import rpc as nameko_rpc
from nameko.messaging import QueueConsumer
from pydantic import TypeAdapter, ValidationError

from trackline_chassis import telemetry
from trackline_chassis.amqp import BROKER_DOWN, connect, one_write
from trackline_chassis.config import READINESS
from trackline_chassis.consumer import POLL_SECONDS
from trackline_chassis.metrics import RPC_EXPIRED, RPC_SECONDS
from trackline_chassis.mongo import is_store_down, to_refusal
from trackline_core.reconnecting import FIRST, LONGEST
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.errors import ServiceError, not_valid, reasons, refuse, to_wire

log = structlog.get_logger()

CONTEXT_KEY = "call"


def rpc(method: Callable[..., Any]) -> Any:
    """Makes a method callable by the gateway. Its annotations are used to validate the arguments and to serialize the
    result. The caller gets a ServiceError as it was raised, `unavailable` or `outcome_unknown` if the store is down,
    and `internal` for any other error."""
    hints = get_type_hints(method)
    result: TypeAdapter[Any] = TypeAdapter(hints.pop("return"))
    arguments = {name: TypeAdapter(hint) for name, hint in hints.items()}
    name, signature = method.__name__, inspect.signature(method)

    @wraps(method)
    def answer(self: Any, **given: Any) -> bytes:
        started = monotonic()
        outcome = "ok"
        try:
            bound = _validated(name, signature, arguments, given)
            return b'{"result":' + result.dump_json(method(self, **bound), by_alias=True) + b',"error":null}'
        except Exception as error:  # without a reply the caller would wait, so every error becomes one
            refusal = _refusal(name, error)
            outcome = refusal.code
            return _error_body(refusal)
        finally:
            RPC_SECONDS.labels(name, outcome).observe(monotonic() - started)

    del answer.__wrapped__
    return LeanRpc.decorator(answer)


def _validated(
    name: str, signature: inspect.Signature, adapters: dict[str, TypeAdapter[Any]], given: dict[str, Any]
) -> dict[str, Any]:
    try:
        signature.bind(None, **given)
    except TypeError as error:
        raise refuse(reasons.requests.CALL_NOT_VALID, method=name, why=str(error)) from None
    try:
        return {name: adapters[name].validate_python(value) for name, value in given.items()}
    except ValidationError as error:
        raise not_valid(error) from None


def _refusal(method: str, error: Exception) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    if is_store_down(error):
        log.warning("a call failed because the store is down", method=method, error=str(error))
        return to_refusal(error)
    log.exception("a call failed", method=method)
    return refuse(reasons.bus.INTERNAL_ERROR)


def _unreadable(why: str) -> ServiceError:
    return refuse(reasons.requests.REQUEST_NOT_READABLE, why=why)


def _error_body(error: ServiceError) -> bytes:
    return orjson.dumps({"result": None, "error": to_wire(error)}, default=str)


class Replier:
    """Publishes replies, which are transient and unconfirmed: a caller that gets no reply repeats its call. Replies
    that are ready at the same moment are sent together, and after them the acks of their calls."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._ready: list[tuple[Any, Message | None]] = []
        self._connection: Connection | None = None
        self._channel: Any = None

    def answer(self, call: Any, result: bytes) -> None:
        """Returns when the reply was sent, or when another worker is about to send it. `call` is the message to ack."""
        correlation_id = call.properties.get("correlation_id", "")
        reply = Message(result, content_type="application/json", correlation_id=correlation_id, delivery_mode=1)
        self._ready.append((call, reply if call.properties.get("reply_to") else None))
        if len(self._ready) == 1:
            sleep(0)  # lets other workers that are ready add their replies
            ready, self._ready = self._ready, []
            with self._lock:
                self._send([(call.properties["reply_to"], reply) for call, reply in ready if reply])
            _ack([call for call, _ in ready])

    def _send(self, replies: Sequence[tuple[str, Message]]) -> None:
        for attempt in (1, 2):
            try:
                channel = self._open_channel()
                _read_pending_frames(channel.connection)
                with one_write(channel.connection):
                    for reply_to, reply in replies:
                        channel.send_method(
                            spec.Basic.Publish, "Bssbb", (0, "nameko-rpc", reply_to, False, False), reply
                        )
                return
            except BROKER_DOWN as error:
                log.warning("could not send a reply", attempt=attempt, error=str(error))
                self._connection = self._channel = None

    def _open_channel(self) -> Any:
        if self._channel is None:
            self._connection = connect(self._url)
            self._channel = self._connection.channel()
        return self._channel


def _read_pending_frames(connection: Any) -> None:
    """Notices that the broker has closed an idle connection, which would otherwise lose the first reply."""
    with suppress(TimeoutError):
        connection.drain_events(timeout=0)


def _ack(calls: Iterable[Any]) -> None:
    # RabbitMQ redelivers the calls of a connection that is gone.
    alive = [call for call in calls if call.channel.connection]
    if alive:
        with suppress(*BROKER_DOWN), one_write(alive[-1].channel.connection):
            for call in alive:
                call.ack()


def _is_held(call: Any) -> bool:
    return not call.acknowledged and call.channel.connection is not None


class WatchedQueueConsumer(QueueConsumer):
    """Tells readiness whether it consumes, and keeps its connection until every call that it took is acknowledged:
    RabbitMQ would give the others to another replica, where they would run again."""

    consuming = False
    should_stop = False
    _taken: Sequence[Any] = ()

    def consume(self, *given: Any, **named: Any) -> Any:
        return super().consume(*given, safety_interval=POLL_SECONDS, **named)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        # Without these intervals kombu waits 2 s, 4 s and so on up to half a minute between its attempts.
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error,
                interval_start=FIRST * random.random(),  # noqa: S311 (jitter)
                interval_step=FIRST,
                interval_max=LONGEST,
            )
            yield connection

    def on_iteration(self) -> None:
        killed = self.should_stop
        super().on_iteration()
        self.should_stop = killed or (self.should_stop and not any(map(_is_held, self._taken)))

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        self._taken = [*filter(_is_held, self._taken), message]
        super().handle_message(provider, body, message)

    def on_consume_ready(self, *given: Any, **named: Any) -> None:
        self.consuming = True
        super().on_consume_ready(*given, **named)

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.consuming = False
        super().on_connection_error(exc, interval)

    def check(self) -> None:
        if not self.consuming:
            raise ConnectionError("not consuming calls")


class LeanConsumer(nameko_rpc.RpcConsumer):
    """The consumer that all RPC methods of a service share."""

    queue_consumer = WatchedQueueConsumer()
    _replier: Replier | None = None

    def setup(self) -> None:
        super().setup()
        self.container.config[READINESS].add({"calls": self.queue_consumer.check})

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:  # an unknown method or a malformed request, because `answer` never raises
            result = _error_body(_unreadable(str(exc_info[1])))
        if self._replier is None:
            self._replier = Replier(self.container.config["AMQP_URI"])
        if not message.properties.get("reply_to"):
            # An exception here would end the service, and every other replica that gets the message.
            log.warning(
                "a call has no reply_to; its reply is dropped", routing_key=message.delivery_info.get("routing_key")
            )
        self._replier.answer(message, result)
        return result, None


def _is_late(call: CallContext) -> bool:
    return call.deadline is not None and time() > call.deadline


class LeanRpc(nameko_rpc.Rpc):
    rpc_consumer = LeanConsumer()

    def handle_message(self, body: Any, message: Any) -> None:
        call = CallContext.model_validate_json(message.headers.get(CONTEXT_HEADER, "{}"))
        if _is_late(call):
            # The caller has given up and may have repeated the call, so it must not run now.
            RPC_EXPIRED.inc()
            with telemetry.caused_by([call]):
                log.warning("dropped a call whose deadline had passed", method=self.method_name)
            self.rpc_consumer.queue_consumer.ack_message(message)
            return
        finish = partial(self._finish, call, message)
        try:
            self.container.spawn_worker(
                self, (), body["kwargs"], context_data={CONTEXT_KEY: call}, handle_result=finish
            )
        except nameko_rpc.ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)
        except KeyError:
            self.rpc_consumer.handle_result(message, None, (None, _unreadable("no kwargs"), sys.exc_info()[2]))

    def _finish(self, call: CallContext, message: Any, *given: Any) -> Any:
        if _is_late(call):
            # The caller's log has a failed request. Here stands what it waited for.
            with telemetry.caused_by([call]):
                log.warning("a call ended after its deadline", method=self.method_name)
        return self.handle_result(message, *given)
