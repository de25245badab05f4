"""Series that exist from the start, and ages that go on growing."""

from time import sleep

from prometheus_client import CollectorRegistry, Counter, Gauge

from trackline_core.metrics import Age, start_at_zero


def test_every_combination_starts_at_zero() -> None:
    registry = CollectorRegistry()
    counter = Counter("made_total", "Made", ["kind", "outcome"], registry=registry)
    assert start_at_zero(counter, outcome=["ok", "bad"], kind=["a", "b"]) is counter
    for kind in "ab":
        assert [registry.get_sample_value("made_total", {"kind": kind, "outcome": one}) for one in ("ok", "bad")] == [
            0,
            0,
        ]


def test_an_age_grows_until_nothing_waits() -> None:
    registry = CollectorRegistry()
    age = Age(Gauge("age_seconds", "Age", registry=registry))
    assert registry.get_sample_value("age_seconds") == 0
    age.set(30)
    first = registry.get_sample_value("age_seconds")
    sleep(0.01)
    second = registry.get_sample_value("age_seconds")
    assert first is not None
    assert second is not None
    assert 30 <= first < second < 40
    age.set(0)
    assert registry.get_sample_value("age_seconds") == 0
