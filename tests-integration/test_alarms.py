"""`make alarms` takes minutes, and is not in `make test`. This holds its list of causes against the alerts."""

import alarms.causes  # noqa: F401 (registers them)
from alarms.cause import CAUSES
from harness.prometheus import alert_rules


def test_each_alert_has_its_cause() -> None:
    assert set(CAUSES) == {rule["alert"] for rule in alert_rules()}
    assert all(cause.text.endswith(".") for cause in CAUSES.values())
