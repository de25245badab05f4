"""The context of an RPC call. It is sent in a message header, and copied into the events that the call causes."""

from trackline_schemas.base import View
from trackline_schemas.viewer import SYSTEM, Viewer

# nameko carries context data as headers with this prefix.
HEADER_PREFIX = "nameko."
CONTEXT_HEADER = f"{HEADER_PREFIX}context"


class CallContext(View):
    """`deadline` is in seconds since the epoch, and a worker drops a call whose deadline has passed. `command_id`, a
    UUID, makes a write idempotent. The gateway derives it from the caller's Idempotency-Key (then `key_sent` is true),
    or draws a random one. `assignee` is whom the command of a ticket names, with the rights that the gateway knows."""

    viewer: Viewer = SYSTEM
    request_id: str = ""
    traceparent: str | None = None
    deadline: float | None = None
    command_id: str | None = None
    key_sent: bool = False
    assignee: Viewer | None = None
