"""The test suites of `make test`, each in a pytest process of its own, all beside the same throw-away servers."""

import sys

from trackline_local import assets, tools
from trackline_local.memory import temporary_files_in_memory
from trackline_local.throwaway import run_with_servers

WHOLE = "tests-integration"
# Tests in which processes and servers die, and those that run beside them: a half of the whole system's time.
IN_TROUBLE = [
    f"{WHOLE}/test_{name}.py"
    for name in ("storm", "outages", "two_of_everything", "live", "mechanisms", "monitoring", "demo", "import")
]
# Gateway (asyncio) and services (eventlet, which patches the process) cannot share one. The longest come first.
SUITES = {
    "services": ["services"],
    "the whole system in trouble": IN_TROUBLE,
    "the whole system": [WHOLE, *(f"--ignore={path}" for path in IN_TROUBLE)],
    "contracts and deployment": ["shared-schemas", "deploy"],
    "gateway": ["gateway"],
}
LANES = 2


def run_all() -> int:
    """0 when each suite ran tests and all passed; pytest's code of one that did not, else."""
    tools.chromium()
    tools.prometheus()
    assets.prepare()
    with temporary_files_in_memory():
        return run_with_servers({name: _pytest(arguments) for name, arguments in SUITES.items()}, LANES)


def _pytest(arguments: list[str]) -> list[str]:
    # ten failures are enough to know: a server that died would let hundreds wait for it
    return [sys.executable, "-m", "pytest", "--maxfail=10", *arguments]
