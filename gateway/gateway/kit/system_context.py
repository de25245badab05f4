"""Call contexts of work that the gateway does by itself, without a request."""

import json
import time
from uuid import uuid5

from gateway.kit.context import COMMANDS
from trackline_schemas.context import CallContext
from trackline_schemas.viewer import SYSTEM, SYSTEM_ID, Viewer

TIMEOUT = 10.0


def system_read_context(what: str) -> CallContext:
    return CallContext(request_id=f"gateway-{what.replace(' ', '-')}", deadline=time.time() + TIMEOUT)


def system_context(*what: str, viewer: Viewer = SYSTEM) -> CallContext:
    """Returns the context of a write. The command id follows from `what` alone, so that the command happens once even
    if several gateways send it, or one sends it again."""
    command_id = uuid5(COMMANDS, json.dumps([SYSTEM_ID, *what]))
    return CallContext(
        viewer=viewer,
        request_id=f"gateway-{what[0].replace(' ', '-')}",
        deadline=time.time() + TIMEOUT,
        command_id=str(command_id),
        key_sent=True,
    )
