"""Keeps the rules of Basecoat that pages can use, which is less than half of it.

Each set-up does this again, because it takes about a second: a class that is new in a template has its rules after the
next `make run` or `make test`.
"""

import subprocess
import sys
from pathlib import Path

from trackline_local.steps import ROOT, Failure

PORTAL = ROOT / "gateway"
SHEET = "gateway/portal/static/vendor/basecoat.min.css"
TARGET = PORTAL / SHEET


def cut(portal: Path = PORTAL) -> None:
    """Writes what purgecss.config.js leaves of Basecoat."""
    fresh = portal / "node_modules/basecoat.min.css"
    _purge(portal, fresh)
    # A gateway may start meanwhile, and finds either style sheet whole.
    fresh.replace(portal / SHEET)


def _purge(portal: Path, target: Path) -> None:
    node = Path(sys.executable).parent / "node"
    program = "node_modules/purgecss/bin/purgecss.js"
    done = subprocess.run(
        [str(node), program, "--config", "purgecss.config.js", "--output", str(target)],
        cwd=portal,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0 or done.stderr:  # it only warns if it finds no templates
        raise Failure(f"The style sheet of the portal could not be cut.\n{done.stderr[-800:]}")


if __name__ == "__main__":
    cut()
