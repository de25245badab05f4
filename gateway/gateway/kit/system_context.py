"""Call contexts of what the gateway does by itself."""

import json
import time
from uuid import uuid5

from gateway.kit.context import COMMANDS
from trackline_schemas.context import CallContext
from trackline_schemas.viewer import SYSTEM, SYSTEM_ID, Viewer

TIMEOUT = 10.0


def reading_context(what: str) -> CallContext:
    return CallContext(request_id=f"gateway-{what.replace(' ', '-')}", deadline=time.time() + TIMEOUT)


def system_context(*what: str, viewer: Viewer = SYSTEM) -> CallContext:
    """The same command wherever and whenever `what` is the same: it happens once."""
    command_id = uuid5(COMMANDS, json.dumps([SYSTEM_ID, *what]))
    return CallContext(
        viewer=viewer,
        request_id=f"gateway-{what[0].replace(' ', '-')}",
        deadline=time.time() + TIMEOUT,
        command_id=str(command_id),
        key_sent=True,
    )
