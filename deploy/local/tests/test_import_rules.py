from grimp import ImportGraph

from trackline_local.import_rules import OnlyStdlib


def check(*imports: tuple[str, str]) -> list[tuple[str, str]]:
    graph = ImportGraph()
    for module in ("tickets", "tickets.domain", "tickets.domain.ticket", "tickets.adapters"):
        graph.add_module(module)
    for importer, imported in imports:
        if imported not in graph.modules:
            graph.add_module(imported, is_squashed=True)
        graph.add_import(importer=importer, imported=imported)
    contract = OnlyStdlib("domain", {}, {"modules": ["tickets.domain"]})
    found: list[tuple[str, str]] = contract.check(graph, verbose=False).metadata["found"]
    return found


def test_the_standard_library_and_itself_are_allowed() -> None:
    assert check(("tickets.domain.ticket", "dataclasses"), ("tickets.domain.ticket", "tickets.domain")) == []


def test_a_package_and_another_layer_are_not() -> None:
    assert check(("tickets.domain.ticket", "pydantic")) == [("tickets.domain.ticket", "pydantic")]
    assert check(("tickets.domain", "tickets.adapters")) == [("tickets.domain", "tickets.adapters")]
