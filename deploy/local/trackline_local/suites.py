"""The test suites of `make test`, each in a pytest process of its own, all beside the same throw-away servers."""

import sys

from trackline_local import assets, tools
from trackline_local.throwaway import run_with_servers

# gateway (asyncio) and services (eventlet, which patches the process) cannot share one; two lanes for two cores
LANES = (
    {"services": ["services"], "contracts and deployment": ["shared-schemas", "deploy"]},
    {"gateway": ["gateway"], "the whole system": ["tests-integration"]},
)


def run_all() -> int:
    """0 when each suite ran tests and all passed; pytest's code of the first that did not, else."""
    tools.chromium()
    tools.prometheus()
    assets.prepare()
    return run_with_servers(*({name: _pytest(paths) for name, paths in lane.items()} for lane in LANES))


def _pytest(paths: list[str]) -> list[str]:
    # ten failures are enough to know: a server that died would let hundreds wait for it
    return [sys.executable, "-m", "pytest", "--maxfail=10", *paths]
