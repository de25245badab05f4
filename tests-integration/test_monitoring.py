"""Monitoring with a real Prometheus: each process is up, each panel has data, and alerts fire for their causes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest
from conftest import running_system
from harness.api import Api, wait_for
from harness.office import open_office
from harness.prometheus import Prometheus, dashboard_queries, exposed_metrics, start_prometheus
from harness.series import Example, Series, counters, exposed_series, rule_test_series

from trackline_chassis import dead_letters
from trackline_chassis.publisher import Publisher
from trackline_core.messages import Outgoing
from trackline_local.packages import SERVICES
from trackline_local.steps import ROOT
from trackline_local.system import System
from trackline_schemas.base import now
from trackline_schemas.events import TICKET_CREATED, Event
from trackline_schemas.topology import DEAD_LETTERS

PROCESSES = (*SERVICES, "gateway")
ROW = re.compile(r"^\| `(trackline_\w+)(?:\{([\w, ]+)\})?` \| ([\w, ]+) \|", re.MULTILINE)

pytestmark = pytest.mark.timeout(240)  # it starts a system, and alerts must start and stop firing


@dataclass(frozen=True)
class Watched:
    """`at_start` is process → the series of its counters before anybody used the system."""

    system: System
    at_start: Mapping[str, set[Series]]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A system that has counted in every metric."""
    with running_system(tmp_path_factory.mktemp("watched")) as system:
        # Each channel of notifications creates its series when its senders start.
        wait_for(lambda: 'outcome="failed"' in system.metrics("notifications"))
        at_start = {process: counters(system, process) for process in PROCESSES}
        _work(system)
        yield Watched(system, at_start)


@pytest.fixture(scope="module")
def busy(watched: Watched) -> System:
    return watched.system


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


def test_no_counter_appears_with_its_first_count(watched: Watched) -> None:
    known = {(process, one) for process, found in watched.at_start.items() for one in found}
    now = {(process, one) for process in PROCESSES for one in counters(watched.system, process)}
    assert now - known == set()
    assert len(known) > 100


@pytest.mark.parametrize("example", rule_test_series(), ids=str)
def test_the_rule_tests_use_series_that_the_processes_expose(busy: System, example: Example) -> None:
    processes = [example.job] if example.job else PROCESSES
    kinds = [kind for process in processes for kind, one in exposed_series(busy, process) if example.matches(one)]
    assert kinds, "no process exposes such a series"
    # A series of an open set of labels is born with its first request.
    if kinds[0] == "counter":
        assert example.values.startswith("0"), "counters start at 0"


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


def test_the_log_names_the_request_that_caused_a_dead_letter(busy: System) -> None:
    cause = uuid4().hex
    event = Event(
        id=f"{cause}:1",
        source="/test",
        type=TICKET_CREATED,
        subject=cause,
        time=now(),
        recordedat=now(),
        sequence=1,
        actor="system",
        data={"nothing": "of a ticket"},
        requestid=cause,
    )
    body = event.model_dump_json().encode()
    with closing(Publisher(busy.backends.amqp_url)) as publisher:
        assert publisher.publish([Outgoing("", "knowledge.events", body)]) == [True]
    wait_for(lambda: f'"request_id": "{cause}"' in busy.programs["knowledge"].log.read_text())
