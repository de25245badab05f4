"""What a caller may send as its trace, by the rules of W3C Trace Context."""

import pytest

from trackline_schemas import traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{SPAN}-01"


def test_a_valid_one_is_kept() -> None:
    assert traceparent.accept(VALID) == VALID
    assert traceparent.trace_id(VALID) == TRACE


@pytest.mark.parametrize(
    "header",
    [
        "",
        VALID.upper(),
        f"{VALID}\n",
        f"{VALID}-more",
        f"01-{TRACE}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
    ],
)
def test_another_one_begins_a_new_trace(header: str) -> None:
    first, second = traceparent.accept(header), traceparent.accept(header)

    assert first != second
    assert header not in (first, second)
    assert traceparent.accept(first) == first
    assert first.endswith("-00")
