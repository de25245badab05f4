"""The parameters of all reasons. A parameter means the same in every reason that uses it."""

from collections.abc import Mapping
from typing import Literal

# How a client shows a value: `text` unchanged, `quantity` as a number in the reader's locale, and `technical` as the
# English text of a library. The other kinds are names, such as the state `on_hold` or the field `team_id`, which a
# client translates.
Kind = Literal["text", "quantity", "state", "field", "channel", "thing", "service", "technical"]

KINDS: Mapping[str, Kind] = {
    # names of things
    "thing": "thing",
    "key": "text",
    "number": "text",
    "name": "text",
    "part": "text",
    "reference": "text",
    "category": "text",
    "team": "text",
    "consumer": "text",
    "consumers": "text",
    "queue": "text",
    "service": "service",
    "channel": "channel",
    "field": "field",
    "fields": "field",
    "column": "text",
    "line": "quantity",
    "step": "quantity",
    # states: the present one, the requested one, and the possible ones
    "state": "state",
    "wanted": "state",
    "states": "state",
    # versions of a ticket or an article: the present one, and the one that the caller saw
    "version": "text",
    "base": "text",
    # priorities: the one that follows from impact and urgency, and the requested one
    "computed": "text",
    "asked": "text",
    # limits and amounts
    "least": "quantity",
    "most": "quantity",
    "bytes": "quantity",
    "rows": "quantity",
    "seconds": "quantity",
    "minutes": "quantity",
    "megabytes": "quantity",
    # parts of requests
    "header": "text",
    "path": "text",
    "parameters": "text",
    "method": "text",
    "time": "text",
    "zone": "text",
    "value": "text",
    "values": "text",
    "meant": "text",
    "type": "text",
    "example": "text",
    "operator": "text",
    "operators": "text",
    "sort": "text",
    "sorts": "text",
    "why": "technical",
    "problems": "technical",
}
