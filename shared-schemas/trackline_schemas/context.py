"""What travels in message headers with every RPC call, and from there into the events it causes."""

from trackline_schemas.base import View
from trackline_schemas.viewer import SYSTEM, Viewer

# nameko carries context data as headers with this prefix.
HEADER_PREFIX = "nameko."
CONTEXT_HEADER = f"{HEADER_PREFIX}context"


class CallContext(View):
    """`deadline` is seconds since the epoch; a worker drops a call that is past it. `command_id` (a uuid) makes a
    write idempotent: the gateway derives it from the caller's Idempotency-Key (`key_sent`), else draws it."""

    viewer: Viewer = SYSTEM
    request_id: str = ""
    traceparent: str | None = None
    deadline: float | None = None
    command_id: str | None = None
    key_sent: bool = False
