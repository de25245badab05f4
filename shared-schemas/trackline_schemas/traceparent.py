"""The traceparent header of W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header.

We do not use opentelemetry-api for it, because its propagator takes 13 µs instead of 1 µs. That would be 1.5 % of the
gateway's time for a request that reads a ticket.
"""

import re
from secrets import token_hex

_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def accept(header: str) -> str:
    """Returns the header if it is valid, or otherwise a new trace that is not sampled."""
    return header if _FORM.fullmatch(header) else f"00-{token_hex(16)}-{token_hex(8)}-00"


def trace_id(traceparent: str) -> str:
    """Returns the 32 hexadecimal digits that all parts of a trace share. `traceparent` must be valid."""
    return traceparent[3:35]
