"""`make test`: runs the linters, and each test suite in its own pytest process, with the same throw-away servers."""

import sys

from trackline_local import tools
from trackline_local.memory import temporary_files_in_memory
from trackline_local.steps import ROOT
from trackline_local.throwaway import run_with_servers

WHOLE = "tests-integration"
# These tests kill processes and servers.
IN_TROUBLE = "storm outages two_of_everything live mechanisms monitoring"
SCREENS = "portal german_screens first_hour journey reply_templates files"
IMPORTS = "import demo history exact_numbers oracle command_line"


def whole(names: str) -> list[str]:
    return [f"{WHOLE}/test_{name}.py" for name in names.split()]


# The gateway (asyncio) and the services (eventlet patches the whole process) cannot share a process. The longest suites
# come first, so that the lanes end at about the same time.
SUITES = {
    "the whole system in trouble": whole(IN_TROUBLE),
    "gateway": ["gateway"],
    "knowledge": ["services/knowledge"],
    "imports": whole(IMPORTS),
    "screens": whole(SCREENS),
    "the other services": ["services", "--ignore=services/knowledge"],
    "deployment": ["deploy"],
    "the whole system": [WHOLE, *(f"--ignore={path}" for path in whole(f"{IN_TROUBLE} {SCREENS} {IMPORTS}"))],
    "contracts": ["shared-schemas", "shared-csv"],
}
# This runs beside the tests, because it takes minutes and uses one core.
CHECK = ["make", "--no-print-directory", "-C", str(ROOT), "check"]
# Tests wait as much as they compute: two lanes leave a third of two cores idle.
LANES = 3


def run_all() -> int:
    """Returns 0 when the linters and all suites passed, else the exit code of one that did not."""
    install()
    suites = {name: pytest_command(arguments) for name, arguments in SUITES.items()}
    with temporary_files_in_memory():
        return run_with_servers({"linters and types": CHECK, **suites}, LANES)


def install() -> None:
    """Installs the programs that the suites need."""
    tools.chromium()
    tools.prometheus()
    tools.pdftotext()
    tools.nginx()


def pytest_command(arguments: list[str]) -> list[str]:
    # Ten failures are enough. If a server died, hundreds of tests would wait for it.
    return [sys.executable, "-m", "pytest", "--maxfail=10", *arguments]
