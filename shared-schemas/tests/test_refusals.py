"""Whatever any package raises is in the catalogue, with the parameters of its sentence."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from trackline_schemas.errors import CATALOGUE

ROOT = Path(__file__).parents[2]
PACKAGES = [*ROOT.glob("services/*/*/"), ROOT / "gateway/gateway", ROOT / "shared-schemas/trackline_schemas"]
# A domain knows its reasons by name only.
BY_NAME = {"DomainError"}
BY_CONSTANT = {"refuse", "entry", "value_error"}
NO_PARAMETERS = {"pointer", "parameter", "detail"}


@dataclass(frozen=True)
class Raised:
    """`params` is None where the call passes on a mapping."""

    place: str
    reason: str
    params: frozenset[str] | None


def raised(source: str, place: str) -> Iterator[Raised]:
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        given = [keyword.arg for keyword in node.keywords]
        params = None if None in given else frozenset(map(str, given)) - NO_PARAMETERS
        for name in _reasons(node.func.id, node.args[0]):
            yield Raised(f"{place}:{node.lineno}", name, params)


def _reasons(function: str, argument: ast.expr) -> Iterator[str]:
    """More than one where the call chooses between two constants."""
    for part in ast.walk(argument):
        if function in BY_NAME and isinstance(part, ast.Constant):
            yield str(part.value)
        if function in BY_CONSTANT and isinstance(part, ast.Attribute) and part.attr.isupper():
            yield part.attr.lower()


def wrong(found: list[Raised]) -> list[str]:
    return [
        f"{one.place}: {one.reason}"
        for one in found
        if one.reason not in CATALOGUE or one.params not in (None, CATALOGUE[one.reason].params)
    ]


@pytest.fixture(scope="module")
def everywhere() -> list[Raised]:
    paths = [path for package in PACKAGES for path in package.rglob("*.py") if "tests" not in path.parts]
    return [one for path in paths for one in raised(path.read_text("utf-8"), str(path.relative_to(ROOT)))]


def test_what_is_raised_is_in_the_catalogue(everywhere: list[Raised]) -> None:
    assert {one.place.split("/")[0] for one in everywhere} == {"services", "gateway", "shared-schemas"}
    assert wrong(everywhere) == []


def test_no_reason_is_left_over() -> None:
    paths = [path for package in PACKAGES for path in package.rglob("*.py") if not {"tests", "reasons"} & {*path.parts}]
    texts = [path.read_text("utf-8") for path in paths]
    by_constant = {name.lower() for text in texts for name in re.findall(r"\b[A-Z_]+\b", text)}
    by_name = {one.reason for text in texts for one in raised(text, "")}
    assert CATALOGUE.keys() - by_constant - by_name == set()


def test_what_is_not_in_the_catalogue_is_found() -> None:
    source = """
refuse(reasons.tickets.TICKET_READ_ONLY, number="INC-7")
refuse(reasons.tickets.TICKET_READ_ONLY)
entry(reasons.people.NO_SUCH, pointer="/x")
DomainError("state_is_final", "/changes/state", state="closed", wanted="new")
DomainError("state_is_final", state="closed", became="new")
DomainError("state_is_lost")
value_error(reasons.values.TEXT_TOO_LONG, bytes=1)
"""
    assert [one.split(":")[1] for one in wrong(list(raised(source, "x")))] == ["3", "4", "6", "7"]
