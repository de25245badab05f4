"""A contract type for import-linter."""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyStdlib(Contract):
    """`modules` and their submodules may import the standard library, themselves and `tables` only. Tables are modules
    that several packages share. They may import the standard library and other tables only. A table may also be a
    package of others that holds data."""

    modules = fields.ListField(subfield=fields.StringField())
    tables = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found: list[tuple[str, str]] = []
        tables = cast("list[str]", self.tables)
        for root in [*cast("list[str]", self.modules), *tables]:
            inside = set() if graph.is_module_squashed(root) else graph.find_descendants(root)
            for importer in sorted({root, *inside}):
                imported = graph.find_modules_directly_imported_by(importer)
                found += [(importer, other) for other in sorted(imported) if not _allowed(other, [root, *tables])]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}, which is neither in the standard library nor a table")


def _allowed(module: str, roots: list[str]) -> bool:
    within = tuple(f"{root}." for root in roots)
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names or f"{module}.".startswith(within)
