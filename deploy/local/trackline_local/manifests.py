"""Checks docker-compose.yml and every overlay of deploy/k8s without starting a container."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

from trackline_local import locks
from trackline_local.steps import ROOT, Failure, say

COMPOSE = ROOT / "docker-compose.yml"
OVERLAYS = ROOT / "deploy/k8s/overlays"
# The oldest version that has all features we use, and the newest one that the package knows.
KUBERNETES = ("1.30", "1.37")
# Kubernetes itself does not define these kinds, and the package has no schemas of theirs. test_manifests.py reads them.
FOREIGN_GROUPS = ("gateway.networking.k8s.io/",)


def check() -> None:
    """Raises Failure with everything that is wrong."""
    locks.check()
    wrong = compose_faults(COMPOSE)
    for overlay in sorted(OVERLAYS.iterdir()):
        manifests = build(overlay)
        wrong += [f"{overlay.name}: {fault}" for fault in faults(manifests)]
        say("manifests", f"{overlay.name}: {len(manifests)} objects, Kubernetes {' and '.join(KUBERNETES)}")
    if wrong:
        raise Failure("\n".join(wrong))


def build(overlay: Path) -> list[dict[str, Any]]:
    """Returns the objects that `kubectl apply -k` would send."""
    done = _run("kubectl", "kustomize", str(overlay))
    if done.returncode != 0:
        raise Failure(f"kubectl kustomize {overlay.relative_to(ROOT)} failed: {done.stderr.strip()}")
    return list(yaml.safe_load_all(done.stdout))


def faults(manifests: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns what the Kubernetes schemas refuse, unknown fields included."""
    known = [one for one in manifests if not one["apiVersion"].startswith(FOREIGN_GROUPS)]
    return [fault for one in known for version in KUBERNETES for fault in _validate(one, version)]


def compose_faults(file: Path) -> list[str]:
    done = _run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(file))
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def _validate(manifest: Mapping[str, Any], version: str) -> list[str]:
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    try:
        kubernetes_validate.validate(dict(manifest), version, strict=True)
    except kubernetes_validate.ValidationError as error:
        place = ".".join(str(part) for part in error.absolute_path)
        return [f"{name} at {place}: {error.message[:300]} (Kubernetes {version})"]
    return []


def _run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)
