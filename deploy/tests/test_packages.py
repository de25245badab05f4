"""There is one list of packages, and every list that a tool wants written out agrees with it."""

import tomllib
from typing import Any

import pytest

from trackline_local.packages import FOLDERS, IMAGES, SERVICES, distribution, modules, needed
from trackline_local.steps import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
LINTED = [module for folder in FOLDERS if folder != "deploy/local" for module in modules(folder)]


def test_every_folder_with_a_project_of_its_own_is_listed() -> None:
    found = [*ROOT.glob("*/pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]
    assert {str(path.parent.relative_to(ROOT)) for path in found} == set(FOLDERS)


def test_every_module_is_sorted_checked_and_held_to_the_contracts() -> None:
    everything = [f"{folder}/{module}" for folder in FOLDERS for module in modules(folder)]
    assert sorted(PROJECT["mypy"]["files"]) == sorted(everything)
    names = {path.rsplit("/", 1)[1] for path in everything}
    assert set(PROJECT["ruff"]["lint"]["isort"]["known-first-party"]) == names
    assert set(PROJECT["importlinter"]["root_packages"]) == set(LINTED)


def test_nothing_that_runs_may_import_what_tests_share() -> None:
    contracts = PROJECT["importlinter"]["contracts"]
    (contract,) = [one for one in contracts if "trackline_testing" in one.get("forbidden_modules", ())]
    assert set(contract["source_modules"]) == set(LINTED)


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_copies_and_installs_what_its_package_needs(image: str) -> None:
    lines = (ROOT / IMAGES[image] / "Dockerfile").read_text().splitlines()
    folders = needed(IMAGES[image])
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and line.split()[1] in FOLDERS]
    (install,) = [line for line in lines if "--no-deps" in line]
    assert copied == folders
    assert [word.removeprefix("./") for word in install.split() if word.startswith("./")] == folders


@pytest.mark.parametrize("service", SERVICES)
def test_the_images_of_services_differ_in_the_name_only(service: str) -> None:
    model, one = ((ROOT / IMAGES[name] / "Dockerfile").read_text() for name in ("knowledge", service))
    assert one.replace(service, "knowledge") == model


def test_a_package_needs_what_its_packages_need() -> None:
    assert needed("gateway") == ["shared-schemas", "shared-csv", "services/core", "gateway"]
    assert needed("services/tickets") == ["shared-schemas", "services/core", "services/chassis", "services/tickets"]
    assert distribution("services/core") == "trackline-core"
