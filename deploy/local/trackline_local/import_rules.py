"""A contract for import-linter that it does not bring along."""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyStdlib(Contract):
    """`modules` and what lies below them import the standard library and themselves, nothing else."""

    modules = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found: list[tuple[str, str]] = []
        for root in cast("list[str]", self.modules):
            for importer in sorted({root, *graph.find_descendants(root)}):
                imported = graph.find_modules_directly_imported_by(importer)
                found += [(importer, other) for other in sorted(imported) if not _allowed(other, root)]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}, which is not of the standard library")


def _allowed(module: str, root: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names or f"{module}.".startswith(f"{root}.")
