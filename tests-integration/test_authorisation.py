"""Compares the tables of who may do what with the running system: each operation and page, as each role."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from authorisation import lists
from authorisation.cast import Cast, open_cast
from authorisation.requests import Case, sign_of
from authorisation.table import Row, read_table
from fastapi.routing import iter_route_contexts
from harness.api import Api

from gateway.kit.settings import Settings
from gateway.main import create_app

API, PORTAL, LISTS = read_table("api.txt"), read_table("portal.txt"), read_table("lists.txt")
HOW = "Add a row for it to tests-integration/authorisation/{file} (docs/testing.md, Who may do what)."


@pytest.fixture(scope="module")
def cast(admin: Api) -> Iterator[Cast]:
    with open_cast(admin.url, admin) as cast:
        yield cast


def cases(cast: Cast, row: Row) -> Iterator[Case]:
    yield from (Case(cast, row, role, place) for role, cell in row.cells.items() for place in range(len(cell)))


# The lists come first, as long as their first pages show what the cast asks for.
@pytest.mark.parametrize("row", LISTS, ids=[row.name for row in LISTS])
def test_each_list_shows_to_each_role_what_the_table_says(cast: Cast, row: Row) -> None:
    lists.wait_until_complete(cast)
    wrong = [f"{case}: {sign}" for case in cases(cast, row) if (sign := lists.sign_of(case)) != _expected(case)]
    assert wrong == []


@pytest.mark.parametrize("row", PORTAL + API, ids=[row.name for row in PORTAL + API])
def test_each_role_may_do_what_the_table_says(cast: Cast, row: Row) -> None:
    wrong = [f"{case}: {sign}" for case in cases(cast, row) if (sign := sign_of(case)) != _expected(case)]
    assert wrong == []


def _expected(case: Case) -> str:
    return case.row.cells[case.role][case.place]


def test_every_operation_of_the_api_is_in_the_table(admin: Api) -> None:
    document = httpx.get(f"{admin.url}/openapi.json", timeout=30).json()
    documented = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    _compare(documented, API, "api.txt")


def test_every_page_is_in_the_table() -> None:
    routes = iter_route_contexts(create_app(Settings(secret="s" * 32)).routes)
    # What is mounted, the static files, has no methods and is for everybody.
    served = {f"{method} {_address(one)}" for one in routes for method in one.methods or ()}
    _compare(served - {row.name for row in API}, PORTAL, "portal.txt")


def _address(route: Any) -> str:
    """Returns the address without the types of its parameters, as the document has it."""
    return re.sub(r":\w+(?=})", "", route.path)


def _compare(served: set[str], rows: list[Row], file: str) -> None:
    named = [row.name for row in rows]
    missing = [f"Nobody has said who may do {name}. {HOW.format(file=file)}" for name in sorted(served - {*named})]
    assert missing == []
    assert [f"{name} is in {file} but is not served." for name in named if name not in served] == []
    assert len(named) == len(set(named)), f"{file} names a row twice"
