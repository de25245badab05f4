"""The call context of a request: who makes the call, its deadline, and the id of the command."""

import json
import re
import time
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid4, uuid5

from trackline_schemas.context import CallContext
from trackline_schemas.viewer import Viewer

COMMANDS = uuid5(NAMESPACE_URL, "https://trackline.example/commands")
_NUMBER = re.compile(r"[A-Za-z]+-\d+")


@dataclass(frozen=True, slots=True)
class Origin:
    """The HTTP request that calls are made for. `timeout` is in seconds."""

    request_id: str
    traceparent: str | None
    timeout: float

    def reading(self, viewer: Viewer) -> CallContext:
        return self._context(viewer, None, None)

    def writing(self, viewer: Viewer, operation: str, key: str | None, target: str | None) -> CallContext:
        """Returns the context of a write. `operation` names the write, `key` is the caller's Idempotency-Key, and
        `target` is the number or id of the object that the write changes (None for a create)."""
        return self._context(viewer, _command_id(viewer.id, operation, target, key), key)

    def _context(self, viewer: Viewer, command_id: str | None, key: str | None) -> CallContext:
        return CallContext.model_construct(
            viewer=viewer,
            request_id=self.request_id,
            traceparent=self.traceparent,
            deadline=time.time() + self.timeout,
            command_id=command_id,
            key_sent=key is not None,
        )


def _command_id(actor: str, operation: str, target: str | None, key: str | None) -> str:
    if key is None:
        return str(uuid4())
    return str(uuid5(COMMANDS, json.dumps([actor, operation, _one_spelling(target), key])))


def _one_spelling(target: str | None) -> str | None:
    """A number may be typed in lower case, and names the same ticket or article then."""
    return target.upper() if target and _NUMBER.fullmatch(target) else target
