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
from trackline_local.packages import SERVICES
from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.steps import ROOT
from trackline_local.system import System

MONITORING = ROOT / "deploy/monitoring"


class Prometheus:
    """`targets` is the folder with a file for each job, which names the address of the process."""

    def __init__(self, url: str, targets: Path) -> None:
        self._url = url
        self._targets = targets

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Returns the series of an instant query: `metric` has the labels, `value` the time and the number."""
        answer = httpx.get(f"{self._url}/api/v1/query", params={"query": expression}, timeout=10)
        assert answer.is_success, f"{expression}: {answer.text}"
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    def alerts(self) -> list[dict[str, Any]]:
        """Returns the alerts that are pending or firing, with `labels`, `annotations` and `state`."""
        answer = httpx.get(f"{self._url}/api/v1/alerts", timeout=10).raise_for_status()
        found: list[dict[str, Any]] = answer.json()["data"]["alerts"]
        return found

    def firing(self) -> list[tuple[str, str]]:
        """Returns (alert, its job or "") of each firing alert."""
        labels = [one["labels"] for one in self.alerts() if one["state"] == "firing"]
        return [(one["alertname"], one.get("job", "")) for one in labels]

    def discover(self, job: str, *addresses: str) -> None:
        """Lets the discovery find these processes of the job only."""
        file = self._targets / f"{job}.json"
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps([{"targets": addresses}]))
        draft.replace(file)


@contextmanager
def start_prometheus(
    system: System, folder: Path, *, every_seconds: int = 1, impatient: bool = True
) -> Iterator[Prometheus]:
    """Starts Prometheus with the files of deploy/monitoring, but with the ports of this system. It reads the metrics
    and the rules in short intervals. If it is `impatient`, each alert fires when its condition has held for a
    second."""
    targets = folder / "targets"
    targets.mkdir(parents=True)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_config(every_seconds)))
    (folder / "alerts.yml").write_text(yaml.safe_dump(_rules(impatient)))
    (folder / "metrics-token").write_text(system.metrics_token)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(tools.prometheus()), "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{port}"]
    # only the prometheus user may write to the default folder of the Debian package
    command.append("--storage.tsdb.path=prometheus-data")
    program = Program("prometheus", command, folder / "log", {}, folder, f"{url}/-/ready")
    prometheus = Prometheus(url, targets)
    for name in (*SERVICES, "gateway"):
        prometheus.discover(name, address(system, name))
    program.start()
    try:
        program.wait_ready(60)
        yield prometheus
    finally:
        program.stop()


def address(system: System, name: str) -> str:
    return f"127.0.0.1:{system.port if name == 'gateway' else system.health_ports[name]}"


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


def _config(every_seconds: int) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": f"{every_seconds}s", "evaluation_interval": "1s"}
    # Alerts must not leave this machine.
    config.pop("alerting", None)
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        job["file_sd_configs"] = [{"files": [f"targets/{job['job_name']}.json"], "refresh_interval": "1s"}]
    return config


def alert_rules() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    return rules


def _rules(impatient: bool) -> dict[str, Any]:
    rules = alert_rules()
    for rule in rules:
        if impatient and "for" in rule:
            rule["for"] = "1s"
    return {"groups": [{"name": "trackline", "rules": rules}]}
