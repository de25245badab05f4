"""What a schema cannot see: that names meet, that settings exist, that every process is kept in bounds."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import gateway.kit.settings
from gateway.kit.room import MOST
from trackline_chassis.accounts import PROCESSES
from trackline_local import manifests
from trackline_local.packages import IMAGES
from trackline_local.steps import ROOT

from .known_settings import known_settings

KINDS = (
    "ServiceAccount", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy",
)  # fmt: skip
NAME = "app.kubernetes.io/name"
PAGE = (ROOT / "docs/deploying.md").read_text()
Manifest = dict[str, Any]


@pytest.fixture(scope="module", params=["dev", "prod", "prod-gateway-api"])
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


def test_the_temporary_folder_holds_what_files_may_take(overlay: list[Manifest]) -> None:
    (volume,) = pods(overlay)["gateway"]["spec"]["volumes"]
    assert volume["emptyDir"]["sizeLimit"] == "1Gi"
    assert 1.1 * MOST < 1 << 30
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["gateway"]
    assert compose["tmpfs"] == ["/tmp:size=700m"]
    assert 1.1 * MOST < 700 << 20


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


def test_with_the_gateway_api_each_route_leads_from_a_listener_to_a_port_of_a_service() -> None:
    """The schemas of the Gateway API are not among those of Kubernetes, so this looks at each field itself."""
    overlay = manifests.build(manifests.OVERLAYS / "prod-gateway-api")
    assert not list(of_kind(overlay, "Ingress"))
    (entry,) = of_kind(overlay, "Gateway")
    assert entry["spec"].keys() == {"gatewayClassName", "listeners"}
    listeners = {one["name"]: one for one in entry["spec"]["listeners"]}
    assert listeners["https"]["tls"] == {"mode": "Terminate", "certificateRefs": [{"name": "gateway-tls"}]}
    for route in of_kind(overlay, "HTTPRoute"):
        assert route["spec"].keys() == {"parentRefs", "hostnames", "rules"}
        (parent,) = route["spec"]["parentRefs"]
        assert parent["name"] == entry["metadata"]["name"]
        assert route["spec"]["hostnames"] == [listeners[parent["sectionName"]]["hostname"]]
        for backend in (one for rule in route["spec"]["rules"] for one in rule.get("backendRefs", [])):
            ports = named(overlay, "Service", backend["name"])["spec"]["ports"]
            assert backend["port"] in {port["port"] for port in ports}


def test_with_the_gateway_api_no_time_limit_ends_a_stream_and_http_leads_to_https() -> None:
    overlay = manifests.build(manifests.OVERLAYS / "prod-gateway-api")
    stream, rest = named(overlay, "HTTPRoute", "gateway")["spec"]["rules"]
    assert stream["matches"] == [{"path": {"type": "Exact", "value": "/api/v1/stream"}}]
    assert stream["timeouts"] == {"request": "0s"}
    assert rest["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    (redirect,) = named(overlay, "HTTPRoute", "https")["spec"]["rules"]
    assert redirect["filters"][0]["requestRedirect"] == {"scheme": "https", "statusCode": 301}


def test_both_ways_into_production_differ_in_the_entry_only() -> None:
    built = {name: manifests.build(manifests.OVERLAYS / name) for name in ("prod", "prod-gateway-api")}
    entries = ("Ingress", "Gateway", "HTTPRoute")
    rest = {name: [one for one in overlay if one["kind"] not in entries] for name, overlay in built.items()}
    assert rest["prod"] == rest["prod-gateway-api"]
    hosts = [one["spec"]["rules"][0]["host"] for one in of_kind(built["prod"], "Ingress")]
    assert [one["spec"]["hostnames"] for one in of_kind(built["prod-gateway-api"], "HTTPRoute")] == [hosts] * 2


def test_production_speaks_tls_with_elasticsearch_and_knows_its_authority() -> None:
    overlay = manifests.build(manifests.OVERLAYS / "prod")
    assert re.search(r"^\| `knowledge` \| .*`TRACKLINE_ELASTICSEARCH_URL` \(https\)", PAGE, re.MULTILINE)
    pod = pods(overlay)["knowledge"]["spec"]
    (container,) = pod["containers"]
    (given,) = [one["value"] for one in container["env"] if one["name"] == "TRACKLINE_ELASTICSEARCH_CA"]
    (mount,) = [one for one in container["volumeMounts"] if given.startswith(one["mountPath"] + "/")]
    (volume,) = [one for one in pod["volumes"] if one["name"] == mount["name"]]
    assert re.search(rf"^\| `{volume['secret']['secretName']}` \| .*`ca.crt`", PAGE, re.MULTILINE)
    assert "TRACKLINE_ELASTICSEARCH_CA" in known_settings()


def test_alerts_of_compose_reach_the_mail_catcher() -> None:
    prometheus = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text())
    (manager,) = prometheus["alerting"]["alertmanagers"]
    (address,) = manager["static_configs"][0]["targets"]
    assert address.partition(":")[0] in compose()
    config = yaml.safe_load((ROOT / "deploy/monitoring/alertmanager.yml").read_text())
    host, _, port = config["global"]["smtp_smarthost"].partition(":")
    assert compose()[host]["environment"]["TRACKLINE_MAILBOX_PORT"] == port
    assert config["route"]["receiver"] in {one["name"] for one in config["receivers"]}


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


Environment = dict[str, str]


def environments_of_compose() -> dict[str, Environment]:
    return {name: one.get("environment", {}) for name, one in compose().items()}


def environments_of_dev() -> dict[str, Environment]:
    overlay = manifests.build(manifests.OVERLAYS / "dev")
    found: dict[str, Environment] = {}
    for secret in of_kind(overlay, "Secret"):
        # kustomize puts a hash of the content behind the name
        name = secret["metadata"]["name"].rpartition("-")[0]
        found[name] = {key: b64decode(value).decode() for key, value in secret["data"].items()}
    return found


def sign_ins(environment: Environment) -> dict[str, tuple[str, str]]:
    """Returns setting → (account, password) of its URLs. In Compose the password is the name of a variable."""
    found = {key: re.search(r"://(\w+):\$?\{?([\w-]+)(?::\?[^}]*)?\}?@", url) for key, url in environment.items()}
    return {key: (match[1], match[2]) for key, match in found.items() if match}


@pytest.fixture(params=[environments_of_compose, environments_of_dev], ids=["compose", "dev"])
def environments(request: pytest.FixtureRequest) -> dict[str, Environment]:
    found: dict[str, Environment] = request.param()
    return found


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_signs_in_as_itself(environments: dict[str, Environment], process: str) -> None:
    servers = {"AMQP", "MONGODB", "ELASTICSEARCH"} if process == "knowledge" else {"AMQP", "MONGODB"}
    accounts = {key.split("_")[1]: account for key, (account, _) in sign_ins(environments[process]).items()}
    assert accounts == dict.fromkeys(servers, process)


@pytest.mark.parametrize("process", PROCESSES)
def test_nobody_is_given_the_password_of_another(environments: dict[str, Environment], process: str) -> None:
    (own,) = {password for _, password in sign_ins(environments[process]).values()}
    knowing = {name for name, given in environments.items() if own in str(given)}
    assert knowing == {process, "accounts"}


@pytest.mark.parametrize("process", PROCESSES)
def test_the_program_for_accounts_knows_each_password(environments: dict[str, Environment], process: str) -> None:
    (own,) = {password for _, password in sign_ins(environments[process]).values()}
    assert environments["accounts"][f"TRACKLINE_{process}_PASSWORD".upper()].strip("${}") == own


def test_no_server_lets_anybody_in() -> None:
    dev = pods(manifests.build(manifests.OVERLAYS / "dev"))
    for name in ("mongodb", "elasticsearch", "rabbitmq"):
        (container,) = dev[name]["spec"]["containers"]
        in_dev = {one["name"]: one["value"] for one in container["env"]}
        for given, start in (
            (in_dev, str(container.get("args"))),
            (compose()[name]["environment"], str(compose()[name].get("command"))),
        ):
            passwords = {"MONGO_INITDB_ROOT_PASSWORD", "ELASTIC_PASSWORD", "RABBITMQ_DEFAULT_PASS"}
            assert passwords & given.keys()
            assert given.get("xpack.security.enabled", "true") == "true"
            assert name != "mongodb" or "--keyFile" in start
        assert "ports" not in compose()[name]


def test_compose_starts_no_process_before_its_account_is_there() -> None:
    for process in PROCESSES:
        waits_for = compose()[process]["depends_on"]
        assert waits_for == {"accounts": {"condition": "service_completed_successfully"}}
    assert set(compose()["accounts"]["depends_on"]) == {"rabbitmq", "mongodb", "elasticsearch"}


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
