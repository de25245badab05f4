from collections.abc import Sequence

from grimp import ImportGraph

from trackline_local.import_rules import OnlyStdlib

OURS = ("tickets", "tickets.domain", "tickets.domain.ticket", "tickets.adapters")
TABLES = ("schemas", "schemas.fields", "schemas.states", "schemas.views")


def check(*imports: tuple[str, str], packages: Sequence[str] = ()) -> list[tuple[str, str]]:
    graph = ImportGraph()
    for module in (*OURS, *TABLES):
        graph.add_module(module)
    for importer, imported in imports:
        if imported not in graph.modules:
            graph.add_module(imported, is_squashed=True)
        graph.add_import(importer=importer, imported=imported)
    tables = ["schemas.fields", "schemas.states", *packages]
    contract = OnlyStdlib("domain", {}, {"modules": ["tickets.domain"], "tables": tables})
    found: list[tuple[str, str]] = contract.check(graph, verbose=False).metadata["found"]
    return found


def test_the_standard_library_and_itself_are_allowed() -> None:
    assert check(("tickets.domain.ticket", "dataclasses"), ("tickets.domain.ticket", "tickets.domain")) == []


def test_a_package_and_another_layer_are_not() -> None:
    assert check(("tickets.domain.ticket", "pydantic")) == [("tickets.domain.ticket", "pydantic")]
    assert check(("tickets.domain", "tickets.adapters")) == [("tickets.domain", "tickets.adapters")]


def test_the_shared_tables_are_allowed_and_their_neighbours_are_not() -> None:
    assert check(("tickets.domain.ticket", "schemas.states")) == []
    assert check(("tickets.domain.ticket", "schemas.views")) == [("tickets.domain.ticket", "schemas.views")]


def test_a_table_imports_the_standard_library_and_other_tables() -> None:
    assert check(("schemas.fields", "schemas.states"), ("schemas.fields", "dataclasses")) == []
    assert check(("schemas.fields", "pydantic")) == [("schemas.fields", "pydantic")]
    assert check(("schemas.states", "tickets.domain")) == [("schemas.states", "tickets.domain")]


def test_a_table_may_be_a_package_of_others() -> None:
    assert check(("schemas.fields", "words"), packages=["words"]) == []
