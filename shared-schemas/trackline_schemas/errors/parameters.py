"""The parameters of all reasons. A parameter of a name means the same in each reason that has it."""

from collections.abc import Mapping
from typing import Literal

# How a client shows a value: `text` as it is, `quantity` in the reader's form of numbers, and the others as the
# reader's word for what they name: `on_hold` for example is a state, `team_id` a field. `technical` is English of
# another library.
Kind = Literal["text", "quantity", "state", "field", "channel", "thing", "service", "technical"]

KINDS: Mapping[str, Kind] = {
    # what is meant
    "thing": "thing",
    "key": "text",
    "number": "text",
    "name": "text",
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
    # states: the present one, the one that is asked for, those that are possible
    "state": "state",
    "wanted": "state",
    "states": "state",
    # versions of a ticket or an article: the present one, and the one that the caller began with
    "version": "text",
    "base": "text",
    # priorities: what impact and urgency give, and what is asked for
    "computed": "text",
    "asked": "text",
    # limits and amounts
    "most": "quantity",
    "bytes": "quantity",
    "rows": "quantity",
    "seconds": "quantity",
    "megabytes": "quantity",
    # of requests
    "header": "text",
    "path": "text",
    "method": "text",
    "time": "text",
    "zone": "text",
    "value": "text",
    "type": "text",
    "example": "text",
    "operator": "text",
    "operators": "text",
    "sort": "text",
    "sorts": "text",
    "why": "technical",
    "problems": "technical",
}
