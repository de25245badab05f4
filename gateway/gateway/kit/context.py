"""The call context of one HTTP request: who asks, until when, and the identity of the command."""

import json
import time
from typing import Protocol
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import Request

from trackline_schemas.context import CallContext
from trackline_schemas.viewer import Viewer

COMMANDS = uuid5(NAMESPACE_URL, "https://trackline.example/commands")


class Asker(Protocol):
    @property
    def viewer(self) -> Viewer: ...


def call_context(
    request: Request,
    caller: Asker,
    *,
    key: str | None = None,
    operation: str | None = None,
    ticket: str | None = None,
) -> CallContext:
    """`operation` names a write and is absent for a read; `key` is the caller's Idempotency-Key, `ticket`
    what is written to (a number or id, None for a create). The deadline is the settings' from now."""
    state = request.scope["state"]
    viewer = caller.viewer
    state["actor"] = viewer.id
    return CallContext.model_construct(
        viewer=viewer,
        request_id=state["request_id"],
        traceparent=state["traceparent"],
        deadline=time.time() + request.app.state.settings.rpc_timeout_seconds,
        command_id=_command_id(viewer.id, operation, ticket, key),
        key_sent=key is not None,
    )


def _command_id(actor: str, operation: str | None, ticket: str | None, key: str | None) -> str | None:
    if operation is None:
        return None
    if key is None:
        return str(uuid4())
    return str(uuid5(COMMANDS, json.dumps([actor, operation, ticket, key])))
