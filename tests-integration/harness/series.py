"""The series that processes expose, and those that the examples of the alerts use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from prometheus_client.parser import text_string_to_metric_families

from harness.prometheus import MONITORING
from trackline_local.system import System

LABEL = re.compile(r'(\w+)="([^"]*)"')
# Prometheus adds these labels; the other values are those of requests, so that any value may come.
OF_PROMETHEUS = {"job", "instance"}
OPEN = {"status", "route", "le"}


@dataclass(frozen=True)
class Series:
    name: str
    labels: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Example:
    """One row of `input_series` in alerts.test.yml. `values` is in promtool's notation."""

    series: Series
    values: str

    def __str__(self) -> str:
        labels = ",".join(f"{name}={value}" for name, value in sorted(self.series.labels))
        return f"{self.series.name}-{labels}-{self.values}"

    @property
    def job(self) -> str | None:
        return dict(self.series.labels).get("job")

    def matches(self, exposed: Series) -> bool:
        has = dict(exposed.labels)
        asked = {(name, value) for name, value in self.series.labels if name not in OF_PROMETHEUS}
        return exposed.name == self.series.name and all(
            name in has and (name in OPEN or has[name] == value) for name, value in asked
        )


def exposed_series(system: System, process: str) -> Iterator[tuple[str, Series]]:
    """Yields the kind of the metric, such as "counter", and the series."""
    for family in text_string_to_metric_families(system.metrics(process)):
        if family.name.startswith("trackline_"):
            yield from ((family.type, Series(one.name, frozenset(one.labels.items()))) for one in family.samples)


def counters(system: System, process: str) -> set[Series]:
    return {one for kind, one in exposed_series(system, process) if kind == "counter"}


def rule_test_series() -> list[Example]:
    tests = yaml.safe_load((MONITORING / "alerts.test.yml").read_text())["tests"]
    rows = {(row["series"], row["values"]) for one in tests for row in one["input_series"]}
    examples = [Example(_series(text), values) for text, values in sorted(rows)]
    return [one for one in examples if one.series.name != "up"]


def _series(text: str) -> Series:
    return Series(text.partition("{")[0], frozenset(LABEL.findall(text)))
