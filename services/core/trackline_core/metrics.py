"""Helpers for Prometheus metrics."""

from collections.abc import Iterable
from itertools import product
from time import monotonic
from typing import TypeVar

from prometheus_client import Counter, Gauge, Histogram

Metric = TypeVar("Metric", Counter, Gauge, Histogram)


def start_at_zero(metric: Metric, **values: Iterable[str]) -> Metric:
    """Creates the series of every combination of label values, and returns the metric. A series that appears only with
    its first count has no earlier value, so that Prometheus sees no increase in it. `values` is label → its values."""
    for combination in product(*values.values()):
        metric.labels(**dict(zip(values, combination, strict=True)))
    return metric


class Age:
    """A gauge of an age in seconds, which goes on growing after it was set: the loop that measures it may hang. 0 means
    that there is nothing to wait for, and stays 0."""

    def __init__(self, gauge: Gauge) -> None:
        self._began: float | None = None
        gauge.set_function(self._seconds)

    def set(self, seconds: float) -> None:
        self._began = monotonic() - seconds if seconds > 0 else None

    def _seconds(self) -> float:
        began = self._began
        return 0.0 if began is None else monotonic() - began
