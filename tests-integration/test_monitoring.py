"""Monitoring with a real Prometheus: each process is up, each panel has data, and alerts fire for their causes."""

import re
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from conftest import running_system
from harness.api import Api, wait_for
from harness.office import open_office
from harness.prometheus import Prometheus, dashboard_queries, exposed_metrics, start_prometheus

from trackline_chassis import dead_letters
from trackline_chassis.publisher import Publisher
from trackline_core.messages import Outgoing
from trackline_local.packages import SERVICES
from trackline_local.steps import ROOT
from trackline_local.system import System
from trackline_schemas.topology import DEAD_LETTERS

PROCESSES = (*SERVICES, "gateway")
ROW = re.compile(r"^\| `(trackline_\w+)(?:\{([\w, ]+)\})?` \| ([\w, ]+) \|", re.MULTILINE)

pytestmark = pytest.mark.timeout(240)  # it starts a system, and alerts must start and stop firing


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that has counted in every metric."""
    with running_system(tmp_path_factory.mktemp("watched")) as system:
        _work(system)
        yield system


@pytest.fixture(scope="module")
def prometheus(busy: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with start_prometheus(busy, tmp_path_factory.mktemp("prometheus") / "data") as one:
        yield one


def _work(system: System) -> None:
    administrator = system.administrator
    with Api.sign_in(system.url, administrator.email, administrator.password) as admin:
        admin.wait_for_starter_pack()
        with open_office(admin) as office:
            office.agent.get("/search", q="printer")


def documented_metrics() -> dict[str, tuple[set[str], set[str]]]:
    """Returns metric → (labels, processes that have it), from the docs."""
    rows = ROW.findall((ROOT / "docs/operating.md").read_text())
    return {name: (set(labels.split(", ")) - {""}, _processes(of)) for name, labels, of in rows}


def _processes(of: str) -> set[str]:
    return set(SERVICES) if of == "services" else set(of.split(", "))


def test_the_table_of_metrics_is_what_the_processes_expose(busy: System) -> None:
    real = {process: exposed_metrics(busy, process) for process in PROCESSES}
    names = {name for metrics in real.values() for name in metrics}
    assert {name: {one for one in PROCESSES if name in real[one]} for name in names} == {
        name: of for name, (_, of) in documented_metrics().items()
    }
    for metrics in real.values():
        for name, labels in metrics.items():
            assert labels in (set(), documented_metrics()[name][0]), name


def test_every_process_is_up(prometheus: Prometheus) -> None:
    wait_for(lambda: {one["metric"]["job"] for one in prometheus.query("up == 1")} == set(PROCESSES))


def test_every_panel_of_the_dashboard_has_data(busy: System, prometheus: Prometheus) -> None:
    # a rate needs two samples of a counter
    queries = [query.replace("$__rate_interval", "30s") for query in dashboard_queries()]
    assert queries
    for query in queries:
        wait_for(partial(prometheus.query, query))


def test_an_alert_fires_for_a_killed_service_until_it_is_back(busy: System, prometheus: Prometheus) -> None:
    wait_for(lambda: prometheus.query('up{job="knowledge"} == 1'))
    assert ("TracklineProcessDown", "knowledge") not in prometheus.firing()
    busy.kill("knowledge")
    wait_for(lambda: ("TracklineProcessDown", "knowledge") in prometheus.firing())
    assert {job for alert, job in prometheus.firing() if alert == "TracklineProcessDown"} == {"knowledge"}
    busy.restart("knowledge")
    wait_for(lambda: ("TracklineProcessDown", "knowledge") not in prometheus.firing())


def test_an_alert_fires_for_an_unreadable_event(busy: System, prometheus: Prometheus) -> None:
    assert dead_letters.handle(busy.backends.amqp_url, "list") == []
    with closing(Publisher(busy.backends.amqp_url)) as publisher:
        assert publisher.publish([Outgoing("", "knowledge.events", b"{not json")]) == [True]
    wait_for(lambda: ("TracklineDeadLetters", "") in prometheus.firing())
    wait_for(lambda: prometheus.query(f'trackline_queue_messages{{queue="{DEAD_LETTERS}"}} > 0'))
