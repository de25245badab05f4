"""Entrances read through `directory`, `reads` and the typed clients, and write through actions only. The import
contracts cannot see this, because entrances get the object graph as `parts`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway

ROOT = Path(gateway.__path__[0])
FLOORS = ("api", "portal")
# Part → the members that an entrance may use.
MEMBERS = {
    "people": {"directory"},
    "files": {"find", "read", "resolve"},
    "rpc": set[str](),
    "broker": set[str](),
    "background": set[str](),
    "starter": set[str](),
}
WRITES_OF_DIRECTORY = ("put_", "apply")


def violations(tree: ast.AST) -> Iterator[str]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        above = parents[node]
        if _is_part(node) and not _is_allowed(node, above):
            yield f"line {node.lineno}: {ast.unparse(above)}"
        if node.attr.startswith(WRITES_OF_DIRECTORY) and "directory" in ast.unparse(node.value):
            yield f"line {node.lineno}: {ast.unparse(node)}"


def _is_part(node: ast.Attribute) -> bool:
    return node.attr in MEMBERS and ast.unparse(node.value).rpartition(".")[2] == "parts"


def _is_allowed(node: ast.Attribute, above: ast.AST) -> bool:
    if isinstance(above, ast.Attribute):
        return above.attr in MEMBERS[node.attr]
    return node.attr == "people" and isinstance(above, ast.Call) and ast.unparse(above.func).startswith("reads.")


@pytest.mark.parametrize(
    "source",
    [
        "parts.rpc.call('tickets')", "visit.parts.broker.channel()", "parts.people.users.set_password('a')",
        "request.app.state.parts.people.sessions.end_all('a')", "user.update(parts.people, 'a')", "rpc = parts.rpc",
        "people = visit.parts.people", "parts.files.uploads.remove('f')", "parts.files.mark_used([])",
        "parts.people.directory.put_user({})",
    ],
)  # fmt: skip
def test_what_entrances_must_not_do_is_noticed(source: str) -> None:
    assert list(violations(ast.parse(source)))


@pytest.mark.parametrize("source", ["parts.people.directory.user('a')", "reads.get_user(parts.people, 'a')"])
def test_what_entrances_may_do_is_let_through(source: str) -> None:
    assert not list(violations(ast.parse(source)))


@pytest.mark.parametrize("floor", FLOORS)
def test_entrances_write_through_actions_only(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}, {violation}"
        for path in (ROOT / floor).rglob("*.py")
        for violation in violations(ast.parse(path.read_text()))
    ]
    assert not found, "\n".join(found)


def test_templates_read_the_directory_only() -> None:
    for path in (ROOT / "portal").rglob("*.html"):
        for part, member in re.findall(
            r"\bparts\.(people|files|rpc|broker|background|starter)\b\.?(\w*)", path.read_text()
        ):
            assert member in MEMBERS[part], path
