"""Clients that a generator makes of the OpenAPI document. Generators and their versions are in `clients/`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "clients"
BIN = Path(sys.executable).parent


def typescript(document: str, folder: Path) -> list[str]:
    """Returns the command that uses the client, without its arguments. The client is checked with all its types."""
    _prepare(document, folder, "package.json", "package-lock.json", "openapi-ts.config.js", "tsconfig.json", "use.ts")
    node = str(BIN / "node")
    _run([str(BIN / "npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
    _run([node, "node_modules/@hey-api/openapi-ts/bin/run.js"], folder)
    _run([node, "node_modules/typescript/bin/tsc"], folder)
    return [node, "use.ts"]


def python(document: str, folder: Path) -> list[str]:
    _prepare(document, folder, "use.py")
    uv, own = str(BIN / "uv"), folder / "venv"
    _run([uv, "venv", "--python", sys.executable, str(own)], folder)
    lock = str(SOURCES / "requirements.lock")
    _run([uv, "pip", "install", "--python", str(own), "--require-hashes", "-r", lock], folder)
    options = ["--path", "openapi.json", "--meta", "none", "--output-path", "trackline_client", "--fail-on-warning"]
    _run([str(own / "bin/openapi-python-client"), "generate", *options], folder)
    return [str(own / "bin/python"), "use.py"]


def _prepare(document: str, folder: Path, *names: str) -> None:
    (folder / "openapi.json").write_text(document)
    for name in names:
        shutil.copy(SOURCES / name, folder / name)


def _run(command: Sequence[str], folder: Path) -> None:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stdout[-4000:], done.stderr[-4000:])
