from time import monotonic
from typing import Any
from uuid import uuid4

import orjson
from amqp.basic_message import Message

from trackline_chassis.amqp import connect
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.viewer import Viewer


class Caller:
    """Calls the methods of a service with the wire format of docs/rpc.md. For calls at the same time, `send` each and
    then read each `answer`. The service must have been started before."""

    def __init__(self, url: str, service: str) -> None:
        self._service = service
        self._connection = connect(url)
        self.channel = self._connection.channel()
        self.reply_to = uuid4().hex
        self._replies: dict[str, Any] = {}
        queue = self.channel.queue_declare("", exclusive=True).queue
        self.channel.queue_bind(queue, "nameko-rpc", self.reply_to)
        self.channel.basic_consume(queue, no_ack=True, callback=self._keep)

    def send(self, method: str, context: CallContext, **arguments: Any) -> str:
        """Returns the correlation id, which `answer` needs."""
        correlation_id = uuid4().hex
        message = Message(
            orjson.dumps({"args": [], "kwargs": arguments}),
            content_type="application/json",
            reply_to=self.reply_to,
            correlation_id=correlation_id,
            application_headers={CONTEXT_HEADER: context.model_dump_json()},
        )
        self.channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"{self._service}.{method}")
        return correlation_id

    def reply(self, correlation_id: str, seconds: float = 60) -> Any:
        """Returns the reply with `result` and `error`."""
        end = monotonic() + seconds
        while correlation_id not in self._replies:
            self._connection.drain_events(timeout=max(end - monotonic(), 0.001))
        return self._replies.pop(correlation_id)

    def answer(self, correlation_id: str) -> Any:
        """Returns the result, or the code of the error."""
        reply = self.reply(correlation_id)
        return reply["error"]["exc_args"][0] if reply["error"] else reply["result"]

    def call(self, method: str, viewer: Viewer, **arguments: Any) -> Any:
        """Returns the result, or the code of the error."""
        return self.answer(self.send(method, CallContext(viewer=viewer, command_id=str(uuid4())), **arguments))

    def close(self) -> None:
        self._connection.close()

    def _keep(self, message: Any) -> None:
        self._replies[message.properties["correlation_id"]] = orjson.loads(message.body)
