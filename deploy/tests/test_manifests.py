"""What a schema cannot see: that names meet, that settings exist, that every process is kept in bounds."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

import gateway.kit.settings
import gateway.mailbox.server
from trackline_local import manifests
from trackline_local.packages import IMAGES, SERVICES
from trackline_local.steps import ROOT

KINDS = (
    "ServiceAccount", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy",
)  # fmt: skip
NAME = "app.kubernetes.io/name"
PAGE = (ROOT / "docs/deploying.md").read_text()
Manifest = dict[str, Any]


@pytest.fixture(scope="module", params=["dev", "prod"])
def overlay(request: pytest.FixtureRequest) -> list[Manifest]:
    return manifests.build(manifests.OVERLAYS / request.param)


def of_kind(overlay: list[Manifest], *kinds: str) -> Iterator[Manifest]:
    return (one for one in overlay if one["kind"] in kinds)


def named(overlay: list[Manifest], kind: str, name: str) -> Manifest:
    found = [one for one in of_kind(overlay, kind) if one["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


def pods(overlay: list[Manifest]) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one["spec"]["template"] for one in of_kind(overlay, "Deployment")}


def known_settings() -> set[str]:
    classes: list[type[BaseSettings]] = [
        *(import_module(f"{name}.settings").Settings for name in SERVICES),
        gateway.kit.settings.Settings,
        gateway.mailbox.server.MailboxSettings,
    ]
    return {f"TRACKLINE_{field}".upper() for one in classes for field in one.model_fields}


@pytest.mark.parametrize("app", IMAGES)
def test_each_process_has_all_that_runs_it(overlay: list[Manifest], app: str) -> None:
    for kind in KINDS:
        named(overlay, kind, app)


@pytest.mark.parametrize("app", IMAGES)
def test_what_selects_a_process_selects_its_pods(overlay: list[Manifest], app: str) -> None:
    labels = pods(overlay)[app]["metadata"]["labels"]
    selectors = [
        named(overlay, "Deployment", app)["spec"]["selector"]["matchLabels"],
        named(overlay, "Service", app)["spec"]["selector"],
        named(overlay, "PodDisruptionBudget", app)["spec"]["selector"]["matchLabels"],
        named(overlay, "NetworkPolicy", app)["spec"]["podSelector"]["matchLabels"],
    ]
    assert selectors == [{NAME: app}] * 4
    assert labels[NAME] == app
    assert labels["app.kubernetes.io/part-of"] == "trackline"
    assert named(overlay, "HorizontalPodAutoscaler", app)["spec"]["scaleTargetRef"]["name"] == app


def test_every_port_that_is_named_is_one_of_the_pod(overlay: list[Manifest]) -> None:
    for service in of_kind(overlay, "Service"):
        (container,) = pods(overlay)[service["spec"]["selector"][NAME]]["spec"]["containers"]
        open_ports = {port["name"] for port in container["ports"]}
        asked = {port["targetPort"] for port in service["spec"]["ports"]}
        probes = [container[probe] for probe in container if probe.endswith("Probe")]
        asked |= {probe[how]["port"] for probe in probes for how in ("httpGet", "tcpSocket") if how in probe}
        assert asked <= open_ports, service["metadata"]["name"]


def test_every_setting_that_is_given_exists(overlay: list[Manifest]) -> None:
    given = {key for one in of_kind(overlay, "ConfigMap") for key in one["data"]}
    given |= {key for one in of_kind(overlay, "Secret") for key in one["data"]}
    assert given
    assert given <= known_settings()


@pytest.mark.parametrize("app", IMAGES)
def test_what_a_process_reads_its_settings_from_is_there_or_told_of(overlay: list[Manifest], app: str) -> None:
    (container,) = pods(overlay)[app]["spec"]["containers"]
    config, secret = container["envFrom"]
    named(overlay, "ConfigMap", config["configMapRef"]["name"])
    if any(of_kind(overlay, "Secret")):
        named(overlay, "Secret", secret["secretRef"]["name"])
    else:
        assert re.search(rf"^\| .*`{secret['secretRef']['name']}`.* \| .*\|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("app", IMAGES)
def test_our_processes_run_with_no_more_rights_than_they_need(overlay: list[Manifest], app: str) -> None:
    pod = pods(overlay)[app]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


def test_nothing_is_open_that_no_policy_opens(overlay: list[Manifest]) -> None:
    closed = named(overlay, "NetworkPolicy", "trackline")["spec"]
    assert closed["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in closed


def test_processes_reach_dns_on_their_node_and_rabbitmq_with_tls(overlay: list[Manifest]) -> None:
    dns, servers = named(overlay, "NetworkPolicy", "trackline")["spec"]["egress"]
    assert {"ipBlock": {"cidr": "169.254.20.10/32"}} in dns["to"]
    assert {5671, 5672, 27017} == {port["port"] for port in servers["ports"]}


def test_the_usual_controllers_reach_the_gateway(overlay: list[Manifest]) -> None:
    (rule,) = named(overlay, "NetworkPolicy", "gateway")["spec"]["ingress"]
    admitted = {
        value
        for source in rule["from"]
        for expression in source["namespaceSelector"].get("matchExpressions", [])
        for value in expression["values"]
    }
    assert {"ingress-nginx", "traefik", "envoy-gateway-system"} <= admitted


def test_a_misspelled_field_is_refused(overlay: list[Manifest]) -> None:
    service = named(overlay, "Service", "tickets")
    wrong = {**service, "spec": {**service["spec"], "selektor": {}}}
    assert manifests.faults([service]) == []
    assert len(manifests.faults([wrong])) == len(manifests.KUBERNETES)
    assert "selektor" in manifests.faults([wrong])[0]


def test_production_trusts_a_network_and_not_everybody() -> None:
    overlay = manifests.build(manifests.OVERLAYS / "prod")
    given = [one["data"]["TRACKLINE_TRUSTED_PROXIES"] for one in of_kind(overlay, "ConfigMap")]
    for networks in given:
        assert gateway.kit.settings.Settings(secret="s" * 32, trusted_proxies=networks).proxies
    assert "FORWARDED_ALLOW_IPS" not in str(overlay)


def test_containers_run_a_mongodb_that_still_gets_security_updates() -> None:
    dev = pods(manifests.build(manifests.OVERLAYS / "dev"))["mongodb"]["spec"]["containers"][0]["image"]
    for image in (dev, compose()["mongodb"]["image"]):
        assert int(re.split("[:.]", image)[1]) >= 7, image


def compose() -> dict[str, Manifest]:
    services: dict[str, Manifest] = yaml.safe_load(manifests.COMPOSE.read_text())["services"]
    return services


def test_compose_gives_only_settings_that_exist() -> None:
    ours = [one for one in compose().values() if one["image"].startswith("trackline/")]
    given = {key for one in ours for key in one["environment"]}
    assert given <= known_settings()


def test_compose_builds_each_image_once_and_knows_the_health_of_the_rest() -> None:
    built = [one["build"]["dockerfile"] for one in compose().values() if "build" in one]
    assert sorted(built) == sorted(f"{folder}/Dockerfile" for folder in IMAGES.values())
    for name, one in compose().items():
        # the Dockerfile has the check of what is built
        assert "build" in one or "healthcheck" in one, name


def test_compose_with_an_unknown_key_is_refused(tmp_path: Any) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(manifests.COMPOSE.read_text().replace("restart:", "restrat:", 1))
    assert manifests.compose_faults(manifests.COMPOSE) == []
    assert "restrat" in manifests.compose_faults(wrong)[0]


def test_the_page_on_deploying_makes_each_secret_that_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", manifests.COMPOSE.read_text()))
    assert asked == set(re.findall(r"^(\w+)=\$\(", PAGE, re.MULTILINE))
