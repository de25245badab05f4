"""Clients that generators make of the OpenAPI document work as they are: `make clients`."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from harness import generated_clients
from harness.office import Office

from trackline_local.system import System

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("TRACKLINE_TEST_CLIENTS"), reason="it downloads two generators: run `make clients`"
    ),
    pytest.mark.timeout(600),
]


@pytest.mark.parametrize("generate", [generated_clients.python, generated_clients.typescript])
def test_a_generated_client_works(
    system: System, office: Office, tmp_path: Path, generate: Callable[[str, Path], list[str]]
) -> None:
    document = httpx.get(f"{system.url}/openapi.json").text
    command = [*generate(document, tmp_path), system.url, office.agent.token]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "title": f"From a client in {'Python' if generate is generated_clients.python else 'TypeScript'}",
        "urgency": 1,
        "stale": "version_conflict",
        "version": 3,
        "listed": True,
        "file": "trace.log",
    }
