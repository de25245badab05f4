"""Checks the decision in docs/adr/0003-motor-behind-one-module.md."""

import ast
from pathlib import Path

import gateway

PACKAGE = Path(gateway.__file__).parent


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def test_one_module_imports_motor() -> None:
    users = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if "motor" in imported(path)}
    assert users == {"kit/mongo.py"}
