"""Keeps the rules of Basecoat that pages can use, which is less than half of it.

Each set-up does this again, because it takes less than a second: a class that is new in a template has its rules after
the next `make run` or `make test`.
"""

import subprocess
import sys
from pathlib import Path

from trackline_local.steps import ROOT, Failure

PORTAL = ROOT / "gateway"
TARGET = PORTAL / "gateway/portal/static/vendor/basecoat.min.css"
_CUT = PORTAL / "node_modules/basecoat.min.css"


def cut() -> None:
    _purge()
    # A gateway may start meanwhile, and finds either style sheet whole.
    _CUT.replace(TARGET)


def _purge() -> None:
    """Writes what gateway/purgecss.config.js leaves of Basecoat."""
    node = Path(sys.executable).parent / "node"
    program = "node_modules/purgecss/bin/purgecss.js"
    done = subprocess.run(
        [str(node), program, "--config", "purgecss.config.js", "--output", str(_CUT)],
        cwd=PORTAL,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0 or done.stderr:  # it only warns of files that it does not find
        raise Failure(f"The style sheet of the portal could not be cut.\n{done.stderr[-800:]}")


if __name__ == "__main__":
    cut()
