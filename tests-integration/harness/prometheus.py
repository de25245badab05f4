"""A real Prometheus with the project's own rules, and the metrics that processes expose."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

from trackline_local import tools
from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.steps import ROOT
from trackline_local.system import System

MONITORING = ROOT / "deploy/monitoring"


class Prometheus:
    def __init__(self, url: str) -> None:
        self._url = url

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Returns the series of an instant query: `metric` has the labels, `value` the time and the number."""
        answer = httpx.get(f"{self._url}/api/v1/query", params={"query": expression}, timeout=10)
        assert answer.is_success, f"{expression}: {answer.text}"
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    def firing(self) -> list[tuple[str, str]]:
        """Returns (alert, its job or "") of each firing alert."""
        alerts = httpx.get(f"{self._url}/api/v1/alerts", timeout=10).raise_for_status().json()["data"]["alerts"]
        return [
            (one["labels"]["alertname"], one["labels"].get("job", "")) for one in alerts if one["state"] == "firing"
        ]


@contextmanager
def start_prometheus(system: System, folder: Path) -> Iterator[Prometheus]:
    """Starts Prometheus with the files of deploy/monitoring, but with the ports of this system and short intervals."""
    folder.mkdir()
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": [f"127.0.0.1:{_port(system, job['job_name'])}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (folder / "alerts.yml").write_text(yaml.safe_dump(_impatient_alerts()))
    (folder / "metrics-token").write_text(system.metrics_token)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(tools.prometheus()), "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{port}"]
    # only the prometheus user may write to the default folder of the Debian package
    command.append("--storage.tsdb.path=prometheus-data")
    program = Program("prometheus", command, folder / "log", {}, folder, f"{url}/-/ready")
    program.start()
    try:
        program.wait_ready(60)
        yield Prometheus(url)
    finally:
        program.stop()


def exposed_metrics(system: System, name: str) -> dict[str, set[str]]:
    """Returns name → labels of Trackline's own metrics that a process exposes. The labels are empty as long as a metric
    has counted nothing."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(system.metrics(name)):
        # the client library adds the time at which each counter began
        if family.name.startswith("trackline_") and not (family.type == "gauge" and family.name.endswith("_created")):
            metric = f"{family.name}_total" if family.type == "counter" else family.name
            found[metric] = {label for sample in family.samples for label in sample.labels} - {"le"}
    return found


def dashboard_queries() -> list[str]:
    dashboard = json.loads((MONITORING / "grafana/trackline.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def _port(system: System, name: str) -> int:
    return system.port if name == "gateway" else system.health_ports[name]


def _impatient_alerts() -> dict[str, Any]:
    alerts: dict[str, Any] = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    for rule in alerts["groups"][0]["rules"]:
        if "for" in rule:
            rule["for"] = "1s"
    return alerts
