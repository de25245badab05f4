"""The alerts by promtool: each has an example of when it comes, and the operators' page tells what to do about it."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from trackline_local import tools
from trackline_local.steps import ROOT

MONITORING = ROOT / "deploy/monitoring"


@pytest.fixture
def monitoring(tmp_path: Path) -> Path:
    """A copy, with the secret that a deployment puts beside it."""
    shutil.copytree(MONITORING, tmp_path / "monitoring")
    (tmp_path / "monitoring/metrics-token").write_text("token")
    return tmp_path / "monitoring"


def promtool(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = tools.prometheus().with_name("promtool")
    return subprocess.run([str(program), *arguments], cwd=folder, check=False, capture_output=True, text=True)


def loaded(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((MONITORING / name).read_text())
    return content


def alerts() -> set[str]:
    return {rule["alert"] for rule in loaded("alerts.yml")["groups"][0]["rules"]}


def test_the_alerts_come_when_their_examples_say(monitoring: Path) -> None:
    done = promtool(monitoring, "test", "rules", "alerts.test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("number", ["> 30", "> 0.01", "[1m])) > 60", "== 0", "> 600"])
def test_an_example_notices_another_limit(monitoring: Path, number: str) -> None:
    rules = (monitoring / "alerts.yml").read_text()
    (monitoring / "alerts.yml").write_text(rules.replace(number, re.sub(r"[=>]+ [0-9.]+", "> 99999", number), 1))
    assert promtool(monitoring, "test", "rules", "alerts.test.yml").returncode != 0


def test_each_alert_has_an_example_in_which_it_comes() -> None:
    cases = [case for one in loaded("alerts.test.yml")["tests"] for case in one["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts()


def test_each_alert_leads_to_its_section_of_the_runbook() -> None:
    rules = loaded("alerts.yml")["groups"][0]["rules"]
    for rule in rules:
        page, _, section = rule["annotations"]["runbook_url"].partition("/docs/")[2].partition("#")
        assert (page, section) == ("operating.md", rule["alert"].lower())


def test_the_page_for_operators_has_each_alert() -> None:
    page = (ROOT / "docs/operating.md").read_text()
    assert set(re.findall(r"^#### (Trackline\w+)$", page, re.MULTILINE)) == alerts()


def test_prometheus_takes_the_scrape_jobs(monitoring: Path) -> None:
    done = promtool(monitoring, "check", "config", "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_the_scrape_jobs_for_kubernetes(monitoring: Path) -> None:
    # Debian's build leaves Kubernetes' discovery out: everything around it is checked.
    config = loaded("kubernetes.yml")
    for job in config["scrape_configs"]:
        assert job.pop("kubernetes_sd_configs") == [{"role": "pod", "namespaces": {"names": ["trackline"]}}]
        # Only the gateway asks for a token, and so no other pod may get it.
        of = {one.get("regex") for one in job["relabel_configs"]}
        assert ("authorization" in job) == ("trackline;gateway" in of) == ("http" in of) == ("health" not in of)
    (monitoring / "kubernetes.yml").write_text(yaml.safe_dump(config))
    done = promtool(monitoring, "check", "config", "kubernetes.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_that_compose_mounts_is_there() -> None:
    configs = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["configs"].values()
    for config in configs:
        assert "content" in config or (ROOT / config["file"]).is_file(), config
