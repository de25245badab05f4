"""Which ids of requests the lines of a service have."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from trackline_chassis import telemetry
from trackline_schemas.context import CallContext
from trackline_testing.outbox_contract import event

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(autouse=True)
def nothing_before() -> Iterator[None]:
    with telemetry.caused_by([]):
        yield


def fields() -> dict[str, object]:
    with capture_logs(processors=[telemetry.add_causes]) as lines:
        structlog.get_logger().info("a line")
    return {name: value for name, value in lines[0].items() if name not in ("event", "log_level")}


def test_a_line_names_the_request_of_its_call() -> None:
    telemetry.begin(CallContext(request_id="r1", traceparent=TRACE))
    assert fields() == {"request_id": "r1", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}
    telemetry.begin(None)
    assert fields() == {}


def test_a_line_about_a_batch_names_every_request_once() -> None:
    batch = [event(number).model_copy(update={"requestid": name}) for number, name in enumerate(("r1", "r2", "r1"), 1)]
    with telemetry.caused_by(batch):
        assert fields() == {"request_ids": ["r1", "r2"]}
    with telemetry.caused_by(batch[:1]):
        assert fields() == {"request_id": "r1"}
    assert fields() == {}
