"""`make test`: runs the linters, and each test suite in its own pytest process, with the same throw-away servers."""

import sys

from trackline_local import assets, tools
from trackline_local.memory import temporary_files_in_memory
from trackline_local.steps import ROOT
from trackline_local.throwaway import run_with_servers

WHOLE = "tests-integration"
# The tests that kill processes and servers, and some others, take half of the time of this folder.
IN_TROUBLE = [
    f"{WHOLE}/test_{name}.py"
    for name in "storm outages two_of_everything live mechanisms monitoring command_line demo import".split()
]
# The gateway (asyncio) and the services (eventlet patches the whole process) cannot share a process. The longest suites
# come first.
SUITES = {
    "services": ["services"],
    "the whole system": [WHOLE, *(f"--ignore={path}" for path in IN_TROUBLE)],
    "the whole system in trouble": IN_TROUBLE,
    "contracts and deployment": ["shared-schemas", "deploy"],
    "gateway": ["gateway"],
}
# This runs beside the tests, because it takes minutes and uses one core.
CHECK = ["make", "--no-print-directory", "-C", str(ROOT), "check"]
LANES = 2


def run_all() -> int:
    """Returns 0 when the linters and all suites passed, else the exit code of one that did not."""
    tools.chromium()
    tools.prometheus()
    tools.pdftotext()
    assets.prepare()
    suites = {name: pytest_command(arguments) for name, arguments in SUITES.items()}
    with temporary_files_in_memory():
        return run_with_servers({"linters and types": CHECK, **suites}, LANES)


def pytest_command(arguments: list[str]) -> list[str]:
    # Ten failures are enough. If a server died, hundreds of tests would wait for it.
    return [sys.executable, "-m", "pytest", "--maxfail=10", *arguments]
